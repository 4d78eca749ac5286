-- Effects: bookings, waitlists and answers, written on the calendars of `calendars.sql`.

CREATE OR REPLACE FUNCTION write_booking(p_business text, p_booking jsonb, p_key text, p_counted boolean) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bookings (business_id, id, place_id, customer_id, conversation_id, status, starts_at, ends_at, created_at, staff_id,
    staff_wished, resource_ids, party_size, name, phone, email, notes, source, sequence, code, key, pinned, features, counted)
  SELECT p_business, b.id, b.place_id, b.customer_id, b.conversation_id, b.status, b.starts_at, b.ends_at, b.created_at, b.staff_id,
    b.staff_wished, b.resource_ids, b.party_size, b.name, b.phone, b.email, b.notes, b.source, b.sequence, b.code, p_key, b.pinned,
    b.features, p_counted
  FROM jsonb_to_record(p_booking) AS b(
    id text, place_id text, customer_id text, conversation_id text, status text, starts_at timestamptz, ends_at timestamptz,
    created_at timestamptz, staff_id text, staff_wished boolean, resource_ids jsonb, party_size integer, name text, phone text,
    email text, notes text, source text, sequence integer, code text, pinned boolean, features jsonb);
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
CREATE OR REPLACE FUNCTION change_booking(
  p_business text, p_booking jsonb, p_was integer, p_after jsonb, p_moves boolean, p_pins boolean, p_counted boolean)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- `p_after`: the statuses of which it must have one; `p_pins`: whether this is what pins it or lets go of it;
  -- `p_counted`: whether it counts for something then, NULL is as before. An older copy brings back no tables and no promise.
  UPDATE bookings k
  SET place_id = n.place_id, conversation_id = n.conversation_id, status = n.status, starts_at = n.starts_at, ends_at = n.ends_at,
      staff_id = n.staff_id, staff_wished = n.staff_wished, party_size = n.party_size,
      name = n.name, phone = n.phone, email = n.email, notes = n.notes, source = n.source, sequence = n.sequence, code = n.code,
      features = n.features, pinned = CASE WHEN p_pins THEN n.pinned ELSE k.pinned END, counted = coalesce(p_counted, k.counted),
      resource_ids = CASE WHEN p_moves THEN n.resource_ids ELSE k.resource_ids END  -- only moves and re-seats change them
  FROM jsonb_to_record(p_booking) AS n(
    place_id text, conversation_id text, status text, starts_at timestamptz, ends_at timestamptz, staff_id text,
    staff_wished boolean, resource_ids jsonb, party_size integer, name text, phone text, email text, notes text, source text,
    sequence integer, code text, pinned boolean, features jsonb)
  WHERE k.business_id = p_business AND k.id = p_booking->>'id' AND p_after ? k.status
    AND k.sequence = p_was AND (p_moves OR (k.starts_at = n.starts_at AND k.ends_at = n.ends_at));
  IF NOT FOUND THEN
    RAISE EXCEPTION 'booking % is closed or changed meanwhile', p_booking->>'id' USING ERRCODE = 'FD409';
  END IF;
  PERFORM write_items(p_business, p_booking);
END $$;
--;;
CREATE OR REPLACE FUNCTION reseat_parties(p_business text, p_entry jsonb, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  one record;
BEGIN
  -- Each party is still to come, may be moved, and has the very rows that it had: its tables, for that time.
  FOR one IN
    SELECT * FROM jsonb_to_recordset(p_entry->'effect'->'moves') AS m(
      booking_id text, was jsonb, starts_at timestamptz, ends_at timestamptz)
  LOOP
    PERFORM 1 FROM bookings k
    WHERE k.business_id = p_business AND k.id = one.booking_id AND NOT k.pinned AND p_entry->'after' ? k.status
      AND k.resource_ids = one.was AND (
        SELECT bool_and(o.starts_at = one.starts_at AND o.ends_at = one.ends_at)
        FROM occupancy o WHERE o.business_id = p_business AND o.booking_id = one.booking_id);
    IF NOT FOUND THEN
      RAISE EXCEPTION 'party % was pinned, seated, moved or cancelled meanwhile', one.booking_id USING ERRCODE = 'FD412';
    END IF;
  END LOOP;
  PERFORM free_rows(p_business, m->>'booking_id') FROM jsonb_array_elements(p_entry->'effect'->'moves') m;
  PERFORM take_time(p_business, p_entry, NULL, NULL, NULL, p_now);
  FOR one IN SELECT * FROM jsonb_to_recordset(p_entry->'effect'->'moves') AS m(booking_id text, resource_ids jsonb) LOOP
    UPDATE bookings k SET resource_ids = one.resource_ids WHERE k.business_id = p_business AND k.id = one.booking_id;
  END LOOP;
  PERFORM write_event(p_business, v) FROM jsonb_array_elements(p_entry->'effect'->'events') v;
END $$;
--;;
CREATE OR REPLACE FUNCTION write_waitlist(p_business text, p_entry jsonb, p_was text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  written integer;
BEGIN
  -- Somebody who joins, or one who stood as `p_was`.
  IF p_was IS NOT NULL THEN
    DELETE FROM waitlist w WHERE w.business_id = p_business AND w.id = p_entry->>'id' AND w.status = p_was;
    GET DIAGNOSTICS written = ROW_COUNT;
    IF written = 0 THEN
      RAISE EXCEPTION 'waitlist entry % changed meanwhile', p_entry->>'id' USING ERRCODE = 'FD412';
    END IF;
  END IF;
  INSERT INTO waitlist (business_id, id, place_id, customer_id, service_ids, first_day, last_day, created_at, conversation_id, staff_id,
    party_size, earliest, latest, name, phone, priority, status, hold_id, offered_at, offer_until, offered, offer, booking_id,
    features)
  SELECT p_business, n.id, n.place_id, n.customer_id, n.service_ids, n.first, n.last, n.created_at, n.conversation_id, n.staff_id,
    n.party_size, n.earliest, n.latest, n.name, n.phone, n.priority, n.status, n.hold_id, n.offered_at, n.offer_until, n.offered,
    n.offer, n.booking_id, n.features
  FROM jsonb_to_record(p_entry) AS n(
    id text, place_id text, customer_id text, service_ids jsonb, first date, last date, created_at timestamptz, conversation_id text,
    staff_id text, party_size integer, earliest integer, latest integer, name text, phone text, priority integer, status text,
    hold_id text, offered_at timestamptz, offer_until timestamptz, offered integer, offer text, booking_id text, features jsonb)
  ON CONFLICT DO NOTHING;
  INSERT INTO waitlist_sizes (business_id, waiting)
  SELECT p_business, count(*) FROM waitlist w WHERE w.business_id = p_business AND w.status IN ('waiting', 'offered')
  ON CONFLICT (business_id) DO UPDATE SET waiting = excluded.waiting;
END $$;
--;;
CREATE OR REPLACE FUNCTION write_answer(p_business text, p_answer jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- Who comes second waits here for who came first.
  INSERT INTO answers (business_id, key, fingerprint, status, body, at)
  SELECT p_business, n.key, n.fingerprint, n.status, decode(n.body, 'base64'), n.at
  FROM jsonb_to_record(p_answer) AS n(key text, fingerprint text, status integer, body text, at timestamptz)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'request % was answered before', p_answer->>'key' USING ERRCODE = 'FD411';
  END IF;
END $$;
--;;
CREATE OR REPLACE FUNCTION apply_effects(p_business text, p_effects jsonb, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  entry jsonb;
  e jsonb;
  b jsonb;
  counted boolean;
BEGIN
  FOR entry IN SELECT v FROM jsonb_array_elements(p_effects) v LOOP
    e := entry->'effect';
    b := e->'booking';
    counted := jsonb_array_length(entry->'counts') > 0;
    CASE entry->>'kind'
    WHEN 'PlaceHold' THEN
      PERFORM free_time(p_business, h.id, NULL) FROM holds h
      WHERE h.business_id = p_business
        AND (h.id IN (e->>'hold_id', e->>'replaces') OR h.conversation_id = e->>'conversation_id');
      INSERT INTO holds (business_id, id, conversation_id, expires_at, reason, counted)
      VALUES (p_business, e->>'hold_id', e->>'conversation_id', (e->>'expires_at')::timestamptz, e->>'reason', counted);
      PERFORM take_time(p_business, entry, e->>'hold_id', NULL, (e->>'expires_at')::timestamptz, p_now);
    WHEN 'ReleaseHold' THEN
      PERFORM free_time(p_business, e->>'hold_id', NULL);
    WHEN 'MakeBooking' THEN
      IF e->>'hold_id' IS NOT NULL THEN
        PERFORM free_time(p_business, e->>'hold_id', NULL);
      END IF;
      CONTINUE WHEN EXISTS (SELECT 1 FROM bookings k WHERE k.business_id = p_business AND k.key = e->>'key');
      IF EXISTS (SELECT 1 FROM bookings k WHERE k.business_id = p_business AND k.id = b->>'id') THEN
        RAISE EXCEPTION 'booking % exists', b->>'id' USING ERRCODE = 'FD409';
      END IF;
      PERFORM write_booking(p_business, b, e->>'key', counted);
      PERFORM write_items(p_business, b);
      PERFORM take_time(p_business, entry, NULL, b->>'id', NULL, p_now);
      PERFORM write_event(p_business, e->'event');
    WHEN 'MoveBooking' THEN
      PERFORM free_time(p_business, e->>'hold_id', b->>'id');
      PERFORM change_booking(p_business, b, (entry->>'was')::integer, entry->'after', true, false, counted);
      PERFORM take_time(p_business, entry, NULL, b->>'id', NULL, p_now);
      PERFORM write_event(p_business, e->'event');
    WHEN 'CancelBooking', 'AmendBooking' THEN
      IF (entry->>'frees')::boolean THEN
        PERFORM free_time(p_business, NULL, b->>'id');
      END IF;
      PERFORM change_booking(
        p_business, b, (entry->>'was')::integer, entry->'after', false, (entry->>'pins')::boolean,
        CASE WHEN (entry->>'frees')::boolean THEN false END);
      PERFORM write_event(p_business, e->'event');
    WHEN 'AmendCustomer' THEN
      UPDATE customers k
      SET name = coalesce(nullif(e->>'name', ''), k.name), phone = coalesce(nullif(e->>'phone', ''), k.phone),
          email = coalesce(nullif(e->>'email', ''), k.email)
      WHERE k.business_id = p_business AND k.id = e->>'customer_id';
    WHEN 'AddCustomer' THEN
      INSERT INTO customers (business_id, id, created_at, name, phone, email, language)
      SELECT p_business, c.id, c.created_at, c.name, c.phone, c.email, c.language FROM jsonb_to_record(e->'customer') AS c(
        id text, created_at timestamptz, name text, phone text, email text, language text)
      ON CONFLICT DO NOTHING;
    WHEN 'Reseat' THEN
      PERFORM reseat_parties(p_business, entry, p_now);
    WHEN 'JoinWaitlist' THEN
      PERFORM write_waitlist(p_business, e->'entry', NULL);
    WHEN 'ChangeWaitlist' THEN
      PERFORM write_waitlist(p_business, e->'entry', e->>'was');
    WHEN 'Answered' THEN
      PERFORM write_answer(p_business, e);
    END CASE;
  END LOOP;
END $$;
--;;
CREATE OR REPLACE FUNCTION write_effects(p_business text, p_effects jsonb, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  effects jsonb := p_effects;
BEGIN
  PERFORM set_config('app.businesses', p_business, true);
  IF jsonb_path_exists(p_effects, '$[*] ? (@.kind == "Answered")') THEN
    -- Before anything is locked or tried: what was answered is not done again.
    PERFORM write_answer(p_business, e->'effect') FROM jsonb_array_elements(p_effects) e WHERE e->>'kind' = 'Answered';
    SELECT coalesce(jsonb_agg(e.v ORDER BY e.n), '[]') INTO effects
    FROM jsonb_array_elements(p_effects) WITH ORDINALITY e(v, n) WHERE e.v->>'kind' <> 'Answered';
  END IF;
  PERFORM lock_calendars(effects, p_now);
  PERFORM apply_effects(p_business, effects, p_now);
  PERFORM unlock_calendars(effects);
END $$;
