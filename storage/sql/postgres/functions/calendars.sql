-- Calendars: time taken and given back, what is counted, sessions of classes. The exclusion constraint of `occupancy` is the judge.
-- Effects come as JSON: [{"o": turn, "business": id, "kind": "MakeBooking", "effect": {...}, "rows": what it takes, "counts": what
-- it uses up, "bookings": ids, "holds": ids, ...}, ...]: everything that must be locked is named outside of "effect".

CREATE OR REPLACE FUNCTION holds_in_the_way(p_business text, p_rows jsonb, p_counts jsonb, p_now timestamptz) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
  -- Holds that are over and take some of these rows or counts, also as the last ones in a class. Rows of one resource are
  -- disjoint: of those that begin before ours only the last can reach into it, so the history is never read.
  RETURN QUERY
  SELECT coalesce(c.hold_id, u.owner_id)::text
  FROM jsonb_to_recordset(p_rows) AS w(resource_id text, starts_at timestamptz, ends_at timestamptz)
  JOIN occupancy c ON c.business_id = p_business AND c.resource_id = w.resource_id
   AND c.starts_at < w.ends_at AND c.ends_at > w.starts_at AND c.starts_at >= coalesce(
     (SELECT max(l.starts_at) FROM occupancy l
      WHERE l.business_id = p_business AND l.resource_id = w.resource_id AND l.starts_at <= w.starts_at), w.starts_at)
  LEFT JOIN counter_uses u ON u.business_id = p_business AND u.session_id = c.session_id
  WHERE c.expires_at <= p_now AND (c.hold_id IS NOT NULL OR u.owner_id IS NOT NULL)
  UNION
  SELECT u.owner_id::text FROM jsonb_to_recordset(p_counts) AS w(key text, bucket timestamptz)
  JOIN counter_uses u ON u.business_id = p_business AND u.key = w.key AND u.bucket = w.bucket AND u.expires_at <= p_now;
END $$;
--;;
CREATE OR REPLACE FUNCTION lock_calendars(p_effects jsonb, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  businesses text[];
  owners text[];  -- holds and bookings whose time may be given back
BEGIN
  -- Everything that the effects touch is locked in one order, whoever comes: no two groups can wait for each other.
  -- Owners come before what they own: once a booking is locked, its rows and counts stay where they are.
  -- Conversations (one hold each), customers, bookings, holds, resources, counters, waitlists; each by business and id.
  PERFORM 1 FROM conversations c
  WHERE (c.business_id, c.id) IN (
    SELECT e->>'business', e->>'conversation' FROM jsonb_array_elements(p_effects) e WHERE e ? 'conversation')
  ORDER BY c.business_id, c.id FOR NO KEY UPDATE OF c;
  PERFORM 1 FROM customers c
  WHERE (c.business_id, c.id) IN (
    SELECT e->>'business', e->>'customer' FROM jsonb_array_elements(p_effects) e WHERE e ? 'customer')
  ORDER BY c.business_id, c.id FOR NO KEY UPDATE OF c;
  PERFORM 1 FROM bookings b
  WHERE (b.business_id, b.id) IN (
    SELECT e->>'business', t.id FROM jsonb_array_elements(p_effects) e, jsonb_array_elements_text(e->'bookings') t(id))
  ORDER BY b.business_id, b.id FOR NO KEY UPDATE OF b;
  SELECT array_agg(s.business_id), array_agg(s.id) INTO businesses, owners FROM (
    SELECT h.business_id, h.id FROM holds h
    WHERE (h.business_id, h.id) IN (
      SELECT e->>'business', t.id FROM jsonb_array_elements(p_effects) e, jsonb_array_elements_text(e->'holds') t(id)
      UNION
      SELECT k.business_id, k.id FROM jsonb_array_elements(p_effects) e
      JOIN holds k ON k.business_id = e->>'business' AND k.conversation_id = e->>'conversation'
      UNION
      SELECT e->>'business', o.id FROM jsonb_array_elements(p_effects) e,
        holds_in_the_way(e->>'business', e->'rows', e->'counts', p_now) o(id))
    ORDER BY h.business_id, h.id FOR UPDATE OF h) s;
  SELECT businesses || array_agg(e->>'business'), owners || array_agg(t.id) INTO businesses, owners
  FROM jsonb_array_elements(p_effects) e, jsonb_array_elements_text(e->'bookings') t(id);
  PERFORM 1 FROM resources r
  WHERE (r.business_id, r.id) IN (
    SELECT e->>'business', w->>'resource_id' FROM jsonb_array_elements(p_effects) e, jsonb_array_elements(e->'rows') w
    UNION
    SELECT o.business_id, o.resource_id FROM jsonb_array_elements(p_effects) e
    JOIN occupancy o ON o.business_id = e->>'business' AND o.session_id = e->>'session'
    UNION
    SELECT o.business_id, o.resource_id FROM unnest(businesses, owners) k(business_id, id)
    JOIN occupancy o ON o.business_id = k.business_id AND (o.hold_id = k.id OR o.booking_id = k.id)
    UNION
    SELECT o.business_id, o.resource_id FROM unnest(businesses, owners) k(business_id, id)
    JOIN counter_uses u ON u.business_id = k.business_id AND u.owner_id = k.id
    JOIN occupancy o ON o.business_id = u.business_id AND o.session_id = u.session_id)
  ORDER BY r.business_id, r.id FOR NO KEY UPDATE OF r;
  INSERT INTO counters (business_id, key, bucket, used)  -- one that is there is locked, and not written
  SELECT s.business_id, s.key, s.bucket, 0 FROM (
    SELECT e->>'business' AS business_id, w.key, w.bucket
    FROM jsonb_array_elements(p_effects) e, jsonb_to_recordset(e->'counts') AS w(key text, bucket timestamptz)
    UNION
    SELECT u.business_id, u.key, u.bucket FROM unnest(businesses, owners) k(business_id, id)
    JOIN counter_uses u ON u.business_id = k.business_id AND u.owner_id = k.id) s
  ORDER BY 1, 2, 3
  ON CONFLICT (business_id, key, bucket) DO UPDATE SET used = counters.used WHERE false;
  PERFORM 1 FROM waitlist w
  WHERE (w.business_id, w.id) IN (
    SELECT e->>'business', e->>'waitlist' FROM jsonb_array_elements(p_effects) e WHERE e ? 'waitlist')
  ORDER BY w.business_id, w.id FOR NO KEY UPDATE OF w;
  INSERT INTO waitlist_sizes (business_id, waiting)
  SELECT DISTINCT e->>'business', 0 FROM jsonb_array_elements(p_effects) e WHERE e ? 'waitlist' ORDER BY 1
  ON CONFLICT (business_id) DO UPDATE SET waiting = waitlist_sizes.waiting WHERE false;
END $$;
--;;
CREATE OR REPLACE FUNCTION unlock_calendars(p_effects jsonb) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- What was only there to be locked, by turns that were refused.
  DELETE FROM counters c USING jsonb_array_elements(p_effects) e, jsonb_to_recordset(e->'counts') AS w(key text, bucket timestamptz)
  WHERE c.business_id = e->>'business' AND c.key = w.key AND c.bucket = w.bucket AND c.used = 0;
END $$;
--;;
CREATE OR REPLACE FUNCTION settle_sessions(p_business text, p_sessions text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- A class that nobody is in any more takes no time; until somebody has booked it expires with the last of its holds.
  WITH ended AS (
    DELETE FROM occupancy o
    WHERE o.business_id = p_business AND o.session_id = ANY (p_sessions) AND NOT EXISTS (
      SELECT 1 FROM counter_uses u WHERE u.business_id = p_business AND u.session_id = o.session_id)
    RETURNING o.resource_id
  ), kept AS (
    UPDATE occupancy o SET expires_at = s.expires_at
    FROM (
      SELECT u.session_id, CASE WHEN bool_and(u.expires_at IS NOT NULL) THEN max(u.expires_at) END AS expires_at
      FROM counter_uses u WHERE u.business_id = p_business AND u.session_id = ANY (p_sessions) GROUP BY u.session_id) s
    WHERE o.business_id = p_business AND o.session_id = s.session_id
    RETURNING o.resource_id
  )
  UPDATE resources r SET calendar_version = r.calendar_version + 1
  WHERE r.business_id = p_business AND r.id IN (SELECT e.resource_id FROM ended e UNION SELECT k.resource_id FROM kept k);
END $$;
--;;
CREATE OR REPLACE FUNCTION free_time(p_business text, p_hold text, p_booking text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  sessions text[];
BEGIN
  WITH freed AS (
    DELETE FROM occupancy o WHERE o.business_id = p_business AND (o.hold_id = p_hold OR o.booking_id = p_booking)
    RETURNING o.resource_id
  )
  UPDATE resources r SET calendar_version = r.calendar_version + 1
  WHERE r.business_id = p_business AND r.id IN (SELECT f.resource_id FROM freed f);
  WITH uses AS (
    DELETE FROM counter_uses u WHERE u.business_id = p_business AND u.owner_id IN (p_hold, p_booking)
    RETURNING u.key, u.bucket, u.amount, u.session_id
  ), sums AS (
    SELECT u.key, u.bucket, sum(u.amount)::integer AS amount FROM uses u GROUP BY u.key, u.bucket
  ), less AS (
    UPDATE counters c SET used = c.used - s.amount FROM sums s
    WHERE c.business_id = p_business AND c.key = s.key AND c.bucket = s.bucket AND c.used > s.amount
  ), unused AS (
    DELETE FROM counters c USING sums s
    WHERE c.business_id = p_business AND c.key = s.key AND c.bucket = s.bucket AND c.used <= s.amount
  )
  SELECT array_agg(DISTINCT u.session_id) INTO sessions FROM uses u WHERE u.session_id IS NOT NULL;
  IF sessions IS NOT NULL THEN
    PERFORM settle_sessions(p_business, sessions);
  END IF;
  DELETE FROM holds h WHERE h.business_id = p_business AND h.id = p_hold;
END $$;
--;;
CREATE OR REPLACE FUNCTION take_time(
  p_business text, p_entry jsonb, p_hold text, p_booking text, p_expires timestamptz, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  wanted jsonb := p_entry->'rows';
  counts jsonb := p_entry->'counts';
  session text := p_entry->>'session';
  counted integer;
BEGIN
  PERFORM free_time(p_business, o.id, NULL)  -- an expired hold never blocks
  FROM holds_in_the_way(p_business, wanted, counts, p_now) o(id);
  IF session IS NULL OR NOT EXISTS (
    SELECT 1 FROM occupancy o WHERE o.business_id = p_business AND o.session_id = session
  ) THEN
    INSERT INTO occupancy (business_id, resource_id, starts_at, ends_at, hold_id, booking_id, expires_at, session_id)
    SELECT p_business, w.resource_id, w.starts_at, w.ends_at, CASE WHEN session IS NULL THEN p_hold END,
           CASE WHEN session IS NULL THEN coalesce(w.booking_id, p_booking) END, CASE WHEN session IS NULL THEN p_expires END, session
    FROM jsonb_to_recordset(wanted) AS w(resource_id text, starts_at timestamptz, ends_at timestamptz, booking_id text)
    ORDER BY w.resource_id, w.starts_at;
  END IF;
  UPDATE resources r SET calendar_version = r.calendar_version + 1
  WHERE r.business_id = p_business AND r.id IN (SELECT w->>'resource_id' FROM jsonb_array_elements(wanted) w);
  IF jsonb_array_length(counts) > 0 THEN
    INSERT INTO counters (business_id, key, bucket, used)
    SELECT p_business, w.key, w.bucket, 0 FROM jsonb_to_recordset(counts) AS w(key text, bucket timestamptz) ORDER BY 2, 3
    ON CONFLICT DO NOTHING;
    UPDATE counters c SET used = c.used + w.amount
    FROM jsonb_to_recordset(counts) AS w(key text, bucket timestamptz, amount integer, cap integer)
    WHERE c.business_id = p_business AND c.key = w.key AND c.bucket = w.bucket AND c.used + w.amount <= w.cap;
    GET DIAGNOSTICS counted = ROW_COUNT;
    IF counted < jsonb_array_length(counts) THEN
      RAISE EXCEPTION 'no more of %', counts USING ERRCODE = 'FD412';
    END IF;
    INSERT INTO counter_uses (business_id, owner_id, key, bucket, amount, expires_at, session_id)
    SELECT p_business, coalesce(p_hold, p_booking), w.key, w.bucket, w.amount, p_expires, session
    FROM jsonb_to_recordset(counts) AS w(key text, bucket timestamptz, amount integer);
    IF session IS NOT NULL THEN
      PERFORM settle_sessions(p_business, ARRAY[session]);
    END IF;
  END IF;
END $$;
--;;
CREATE OR REPLACE FUNCTION sweep_calendars(p_businesses text, p_now timestamptz, p_most integer)
RETURNS TABLE (holds integer, swept integer)
LANGUAGE plpgsql AS $$
DECLARE
  effects jsonb;
BEGIN
  -- In the order of everybody's locks; a hold that somebody has in hand is theirs to delete.
  PERFORM set_config('app.businesses', p_businesses, true);
  SELECT coalesce(jsonb_agg(jsonb_build_object('business', s.business_id, 'holds', jsonb_build_array(s.id))), '[]')
  INTO effects FROM (
    SELECT h.business_id, h.id FROM holds h WHERE h.expires_at <= p_now
    ORDER BY h.business_id, h.id LIMIT p_most FOR UPDATE SKIP LOCKED) s;
  holds := jsonb_array_length(effects);
  SELECT holds + count(*) INTO swept FROM jsonb_array_elements(effects) e
  JOIN occupancy o ON o.business_id = e->>'business' AND o.hold_id = e->'holds'->>0;
  PERFORM lock_calendars(effects, p_now);
  PERFORM free_time(e->>'business', e->'holds'->>0, NULL) FROM jsonb_array_elements(effects) e;
  RETURN NEXT;
END $$;
--;;
CREATE OR REPLACE FUNCTION sweep_answers(p_businesses text, p_before timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  swept integer;
BEGIN
  PERFORM set_config('app.businesses', p_businesses, true);
  DELETE FROM answers a USING (SELECT k.business_id, k.key FROM answers k WHERE k.at <= p_before FOR UPDATE SKIP LOCKED) s
  WHERE a.business_id = s.business_id AND a.key = s.key;
  GET DIAGNOSTICS swept = ROW_COUNT;
  RETURN swept;
END $$;
