-- Effects: holds, bookings and the time they take. The exclusion constraint of `occupancy` is the judge.
-- Effects come as JSON: [{"o": turn, "business": id, "kind": "MakeBooking", "effect": {...}}, ...].

CREATE OR REPLACE FUNCTION lock_calendars(p_effects jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- Everything that the effects touch is locked in one order, whoever comes: no two groups can wait for each other.
  PERFORM 1 FROM resources r
  WHERE (r.business_id, r.id) IN (
    SELECT e->>'business', t.id
    FROM jsonb_array_elements(p_effects) e, jsonb_array_elements_text(e->'effect'->'take'->'resource_ids') t(id)
    UNION
    SELECT o.business_id, o.resource_id FROM jsonb_array_elements(p_effects) e
    JOIN occupancy o ON o.business_id = e->>'business' AND o.hold_id = e->'effect'->>'hold_id'
    UNION
    SELECT o.business_id, o.resource_id FROM jsonb_array_elements(p_effects) e
    JOIN occupancy o ON o.business_id = e->>'business' AND o.hold_id = e->'effect'->>'replaces'
    UNION
    SELECT o.business_id, o.resource_id FROM jsonb_array_elements(p_effects) e
    JOIN holds h ON h.business_id = e->>'business' AND h.conversation_id = e->'effect'->>'conversation_id'
    JOIN occupancy o ON o.business_id = h.business_id AND o.hold_id = h.id
    UNION
    SELECT o.business_id, o.resource_id FROM jsonb_array_elements(p_effects) e
    JOIN occupancy o ON o.business_id = e->>'business' AND o.booking_id = e->'effect'->'booking'->>'id')
  ORDER BY r.business_id, r.id FOR NO KEY UPDATE OF r;
  PERFORM 1 FROM bookings b
  WHERE (b.business_id, b.id) IN (
    SELECT e->>'business', e->'effect'->'booking'->>'id' FROM jsonb_array_elements(p_effects) e)
  ORDER BY b.business_id, b.id FOR NO KEY UPDATE OF b;
END $$;
--;;
CREATE OR REPLACE FUNCTION free_time(p_business text, p_hold text, p_booking text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  WITH freed AS (
    DELETE FROM occupancy o WHERE o.business_id = p_business AND (o.hold_id = p_hold OR o.booking_id = p_booking)
    RETURNING o.resource_id
  )
  UPDATE resources r SET calendar_version = r.calendar_version + 1
  WHERE r.business_id = p_business AND r.id IN (SELECT f.resource_id FROM freed f);
  DELETE FROM holds h WHERE h.business_id = p_business AND h.id = p_hold;
END $$;
--;;
CREATE OR REPLACE FUNCTION take_time(
  p_business text, p_take jsonb, p_hold text, p_booking text, p_expires timestamptz, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  wanted text[] := ARRAY(SELECT t.id FROM jsonb_array_elements_text(p_take->'resource_ids') t(id) ORDER BY t.id);
  from_at timestamptz := p_take->>'starts_at';
  until_at timestamptz := p_take->>'ends_at';
BEGIN
  DELETE FROM holds h USING occupancy o  -- an expired hold never blocks
  WHERE o.business_id = p_business AND o.resource_id = ANY (wanted) AND o.starts_at < until_at AND o.ends_at > from_at
    AND o.expires_at <= p_now AND h.business_id = o.business_id AND h.id = o.hold_id AND h.id IS DISTINCT FROM p_hold;
  INSERT INTO occupancy (business_id, resource_id, starts_at, ends_at, hold_id, booking_id, expires_at)
  SELECT p_business, t.id, from_at, until_at, p_hold, p_booking, p_expires FROM unnest(wanted) t(id) ORDER BY t.id;
  UPDATE resources r SET calendar_version = r.calendar_version + 1 WHERE r.business_id = p_business AND r.id = ANY (wanted);
END $$;
--;;
CREATE OR REPLACE FUNCTION write_booking(p_business text, p_booking jsonb, p_key text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bookings (business_id, id, place_id, customer_id, conversation_id, status, starts_at, ends_at, created_at, staff_id,
    staff_wished, resource_ids, party_size, name, phone, email, notes, source, sequence, code, key)
  SELECT p_business, b.id, b.place_id, b.customer_id, b.conversation_id, b.status, b.starts_at, b.ends_at, b.created_at, b.staff_id,
    b.staff_wished, b.resource_ids, b.party_size, b.name, b.phone, b.email, b.notes, b.source, b.sequence, b.code, p_key
  FROM jsonb_to_record(p_booking) AS b(
    id text, place_id text, customer_id text, conversation_id text, status text, starts_at timestamptz, ends_at timestamptz,
    created_at timestamptz, staff_id text, staff_wished boolean, resource_ids jsonb, party_size integer, name text, phone text,
    email text, notes text, source text, sequence integer, code text);
END $$;
--;;
CREATE OR REPLACE FUNCTION write_items(p_business text, p_booking jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM booking_items i WHERE i.business_id = p_business AND i.booking_id = p_booking->>'id';
  INSERT INTO booking_items (business_id, booking_id, position, service_id, name, minutes, price_minor, price_currency)
  SELECT p_business, p_booking->>'id', i.n - 1, i.v->>'service_id', i.v->>'name', (i.v->>'minutes')::integer,
         (i.v->'price'->>'minor')::integer, i.v->'price'->>'currency'
  FROM jsonb_array_elements(p_booking->'items') WITH ORDINALITY AS i(v, n);
END $$;
--;;
CREATE OR REPLACE FUNCTION write_event(p_business text, p_event jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO booking_events (business_id, id, booking_id, kind, actor, at, reason)
  SELECT p_business, e.id, e.booking_id, e.kind, e.actor, e.at, e.reason
  FROM jsonb_to_record(p_event) AS e(id text, booking_id text, kind text, actor text, at timestamptz, reason text);
END $$;
--;;
CREATE OR REPLACE FUNCTION change_booking(p_business text, p_booking jsonb, p_was integer, p_after jsonb, p_moves boolean)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- `p_after`: the statuses that may be followed by the new one.
  UPDATE bookings k
  SET place_id = n.place_id, conversation_id = n.conversation_id, status = n.status, starts_at = n.starts_at, ends_at = n.ends_at,
      staff_id = n.staff_id, staff_wished = n.staff_wished, resource_ids = n.resource_ids, party_size = n.party_size,
      name = n.name, phone = n.phone, email = n.email, notes = n.notes, source = n.source, sequence = n.sequence, code = n.code
  FROM jsonb_to_record(p_booking) AS n(
    place_id text, conversation_id text, status text, starts_at timestamptz, ends_at timestamptz, staff_id text,
    staff_wished boolean, resource_ids jsonb, party_size integer, name text, phone text, email text, notes text, source text,
    sequence integer, code text)
  WHERE k.business_id = p_business AND k.id = p_booking->>'id' AND p_after ? k.status
    AND CASE WHEN p_moves THEN k.sequence = p_was
             ELSE k.sequence <= n.sequence AND k.starts_at = n.starts_at AND k.ends_at = n.ends_at END;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'booking % is closed or changed meanwhile', p_booking->>'id' USING ERRCODE = 'FD409';
  END IF;
  PERFORM write_items(p_business, p_booking);
END $$;
--;;
CREATE OR REPLACE FUNCTION apply_effects(p_business text, p_effects jsonb, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  entry jsonb;
  e jsonb;
  b jsonb;
BEGIN
  FOR entry IN SELECT v FROM jsonb_array_elements(p_effects) v LOOP
    e := entry->'effect';
    b := e->'booking';
    CASE entry->>'kind'
    WHEN 'PlaceHold' THEN
      PERFORM free_time(p_business, h.id, NULL) FROM holds h
      WHERE h.business_id = p_business
        AND (h.id IN (e->>'hold_id', e->>'replaces') OR h.conversation_id = e->>'conversation_id');
      INSERT INTO holds (business_id, id, conversation_id, expires_at)
      VALUES (p_business, e->>'hold_id', e->>'conversation_id', (e->>'expires_at')::timestamptz);
      PERFORM take_time(p_business, e->'take', e->>'hold_id', NULL, (e->>'expires_at')::timestamptz, p_now);
    WHEN 'ReleaseHold' THEN
      PERFORM free_time(p_business, e->>'hold_id', NULL);
    WHEN 'MakeBooking' THEN
      PERFORM free_time(p_business, e->>'hold_id', NULL);
      CONTINUE WHEN EXISTS (SELECT 1 FROM bookings k WHERE k.business_id = p_business AND k.key = e->>'key');
      IF EXISTS (SELECT 1 FROM bookings k WHERE k.business_id = p_business AND k.id = b->>'id') THEN
        RAISE EXCEPTION 'booking % exists', b->>'id' USING ERRCODE = 'FD409';
      END IF;
      PERFORM write_booking(p_business, b, e->>'key');
      PERFORM write_items(p_business, b);
      PERFORM take_time(p_business, e->'take', NULL, b->>'id', NULL, p_now);
      PERFORM write_event(p_business, e->'event');
    WHEN 'MoveBooking' THEN
      PERFORM change_booking(p_business, b, (e->>'was')::integer, entry->'after', true);
      PERFORM free_time(p_business, e->>'hold_id', b->>'id');
      PERFORM take_time(p_business, e->'take', NULL, b->>'id', NULL, p_now);
      PERFORM write_event(p_business, e->'event');
    WHEN 'CancelBooking', 'AmendBooking' THEN
      PERFORM change_booking(p_business, b, NULL, entry->'after', false);
      IF (entry->>'frees')::boolean THEN
        PERFORM free_time(p_business, NULL, b->>'id');
      END IF;
      PERFORM write_event(p_business, e->'event');
    WHEN 'AmendCustomer' THEN
      UPDATE customers k
      SET name = coalesce(nullif(e->>'name', ''), k.name), phone = coalesce(nullif(e->>'phone', ''), k.phone),
          email = coalesce(nullif(e->>'email', ''), k.email)
      WHERE k.business_id = p_business AND k.id = e->>'customer_id';
    END CASE;
  END LOOP;
END $$;
--;;
CREATE OR REPLACE FUNCTION write_effects(p_business text, p_effects jsonb, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.businesses', p_business, true);
  PERFORM lock_calendars(p_effects);
  PERFORM apply_effects(p_business, p_effects, p_now);
END $$;
--;;
CREATE OR REPLACE FUNCTION busy_times(p_businesses text, p_wanted json)
RETURNS TABLE (o integer, resource_id text, starts_at timestamptz, ends_at timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('app.businesses', p_businesses, true);
  RETURN QUERY
  SELECT w.o, c.resource_id::text, c.starts_at, c.ends_at
  FROM json_to_recordset(p_wanted) AS w(
    o integer, business_id text, resources text[], starts_at timestamptz, ends_at timestamptz, moment timestamptz, without text[])
  JOIN occupancy c ON c.business_id = w.business_id AND c.resource_id = ANY (w.resources)
   AND c.starts_at < w.ends_at AND c.ends_at > w.starts_at
  WHERE (c.expires_at IS NULL OR c.expires_at > w.moment)
    AND NOT coalesce(c.hold_id, c.booking_id) = ANY (w.without)
  ORDER BY w.o, c.resource_id, c.starts_at;
END $$;
