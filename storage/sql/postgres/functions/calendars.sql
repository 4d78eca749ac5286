-- Calendars: time taken and given back, what is counted, sessions of classes. The exclusion constraint of `occupancy` is the judge.
-- Effects come as JSON: [{"o": turn, "business": id, "kind": "MakeBooking", "effect": {...}, "rows": what it takes, "counts": what
-- it uses up, "bookings": ids, "holds": ids, ...}, ...]: everything that must be locked is named outside of "effect".
-- Row security adds a condition on the business to every scan, and plans are made while tables are small: a join might read all of
-- a business's rows to find a few. So what is looked for comes first, and the table in a LATERAL that cannot be turned round.

CREATE OR REPLACE FUNCTION holds_in_the_way(p_business text, p_rows jsonb, p_counts jsonb, p_now timestamptz) RETURNS SETOF text
LANGUAGE plpgsql ROWS 1 AS $$
BEGIN
  -- Holds that are over and take some of these rows or counts, also as the last ones in a class. Rows of one resource are
  -- disjoint: of those that begin before ours only the last can reach into it, so the history is never read.
  RETURN QUERY
  SELECT coalesce(c.hold_id, u.owner_id)::text
  FROM jsonb_to_recordset(p_rows) AS w(resource_id text, starts_at timestamptz, ends_at timestamptz)
  CROSS JOIN LATERAL (
    SELECT coalesce(max(o.starts_at), w.starts_at) AS at FROM occupancy o
    WHERE o.business_id = p_business AND o.resource_id = w.resource_id AND o.starts_at <= w.starts_at) l
  CROSS JOIN LATERAL (
    SELECT o.hold_id, o.session_id FROM occupancy o
    WHERE o.business_id = p_business AND o.resource_id = w.resource_id AND o.starts_at >= l.at AND o.starts_at < w.ends_at
      AND o.ends_at > w.starts_at AND o.expires_at <= p_now
    OFFSET 0) c
  LEFT JOIN LATERAL (
    SELECT k.owner_id FROM counter_uses k WHERE k.business_id = p_business AND k.session_id = c.session_id OFFSET 0) u ON true
  WHERE c.hold_id IS NOT NULL OR u.owner_id IS NOT NULL;
  IF jsonb_array_length(p_counts) > 0 THEN
    RETURN QUERY
    SELECT u.owner_id::text FROM jsonb_to_recordset(p_counts) AS w(key text, bucket timestamptz)
    CROSS JOIN LATERAL (
      SELECT k.owner_id FROM counter_uses k
      WHERE k.business_id = p_business AND k.key = w.key AND k.bucket = w.bucket AND k.expires_at IS NOT NULL
        AND k.expires_at <= p_now
      OFFSET 0) u;
  END IF;
END $$;
--;;
CREATE OR REPLACE FUNCTION class_times(p_effects jsonb, p_businesses text[], p_owners text[])
RETURNS TABLE (business_id text, resource_id text)
LANGUAGE plpgsql ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  -- What classes take that somebody would join, or leave.
  RETURN QUERY
  SELECT s.business_id, t.resource_id::text FROM (
    SELECT e->>'business' AS business_id, e->>'session' AS session_id FROM jsonb_array_elements(p_effects) e WHERE e ? 'session'
    UNION
    SELECT k.business_id, u.session_id FROM unnest(p_businesses, p_owners) k(business_id, id)
    CROSS JOIN LATERAL (
      SELECT c.session_id FROM counter_uses c
      WHERE c.business_id = k.business_id AND c.owner_id = k.id AND c.session_id IS NOT NULL OFFSET 0) u) s
  CROSS JOIN LATERAL (
    SELECT o.resource_id FROM occupancy o WHERE o.business_id = s.business_id AND o.session_id = s.session_id OFFSET 0) t;
END $$;
--;;
CREATE OR REPLACE FUNCTION owners_now(p_effects jsonb, p_now timestamptz) RETURNS TABLE (business_id text, id text, books boolean)
LANGUAGE plpgsql ROWS 1 AS $$
#variable_conflict use_column
BEGIN
  -- The bookings and holds that are there and whose time may be given back.
  RETURN QUERY
  SELECT e->>'business', t.id, true
  FROM jsonb_array_elements(p_effects) e, jsonb_array_elements_text(e->'bookings') t(id)
  CROSS JOIN LATERAL (SELECT 1 FROM bookings b WHERE b.business_id = e->>'business' AND b.id = t.id OFFSET 0) k
  UNION
  SELECT e->>'business', t.id, false
  FROM jsonb_array_elements(p_effects) e, jsonb_array_elements_text(e->'holds') t(id)
  CROSS JOIN LATERAL (SELECT 1 FROM holds h WHERE h.business_id = e->>'business' AND h.id = t.id OFFSET 0) k
  UNION
  SELECT e->>'business', h.id, false FROM jsonb_array_elements(p_effects) e CROSS JOIN LATERAL (
    SELECT k.id FROM holds k WHERE k.business_id = e->>'business' AND k.conversation_id = e->>'conversation' OFFSET 0) h
  WHERE e ? 'conversation'
  UNION
  SELECT e->>'business', o.id, false
  FROM jsonb_array_elements(p_effects) e, holds_in_the_way(e->>'business', e->'rows', e->'counts', p_now) o(id)
  WHERE e ? 'rows';
END $$;
--;;
CREATE OR REPLACE FUNCTION lock_calendars(p_effects jsonb, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  businesses text[] := '{}';  -- with each:
  owners text[] := '{}';
  counted boolean := p_effects @? '$[*].counts[*]';  -- whether they, or what is wanted, count for something
  counts boolean;
  one record;
BEGIN
  -- Everything that the effects touch is locked in one order, whoever comes: no two groups can wait for each other.
  -- Owners come before what they own: once a booking is locked, its rows and counts stay where they are.
  -- Conversations (one hold each), customers, keys of bookings, bookings, holds, resources, counters, waitlists; each by business
  -- and id.
  IF p_effects @? '$[*].conversation' THEN
    PERFORM 1 FROM (
      SELECT DISTINCT e->>'business' AS business_id, e->>'conversation' AS id FROM jsonb_array_elements(p_effects) e
      WHERE e ? 'conversation' ORDER BY 1, 2) w
    CROSS JOIN LATERAL (
      SELECT 1 FROM conversations c WHERE c.business_id = w.business_id AND c.id = w.id FOR NO KEY UPDATE) k;
  END IF;
  IF p_effects @? '$[*].customer' THEN
    PERFORM 1 FROM (
      SELECT DISTINCT e->>'business' AS business_id, e->>'customer' AS id FROM jsonb_array_elements(p_effects) e
      WHERE e ? 'customer' ORDER BY 1, 2) w
    CROSS JOIN LATERAL (
      SELECT 1 FROM customers c WHERE c.business_id = w.business_id AND c.id = w.id FOR NO KEY UPDATE) k;
  END IF;
  PERFORM pg_advisory_xact_lock(w.key) FROM (
    SELECT DISTINCT hashtextextended(e->>'business' || ' books ' || (e->'effect'->>'key'), 0) AS key
    FROM jsonb_array_elements(p_effects) e WHERE e->>'kind' = 'MakeBooking' ORDER BY 1) w;
  FOR one IN SELECT o.* FROM owners_now(p_effects, p_now) o ORDER BY o.books DESC, o.business_id, o.id LOOP
    businesses := businesses || one.business_id;
    owners := owners || one.id;
    IF one.books THEN
      SELECT b.counted INTO counts FROM bookings b
      WHERE b.business_id = one.business_id AND b.id = one.id FOR NO KEY UPDATE;
    ELSE
      SELECT h.counted INTO counts FROM holds h WHERE h.business_id = one.business_id AND h.id = one.id FOR UPDATE;
    END IF;
    counted := counted OR coalesce(counts, false);
  END LOOP;
  PERFORM 1 FROM (
    SELECT e->>'business' AS business_id, r->>'resource_id' AS id
    FROM jsonb_array_elements(p_effects) e, jsonb_array_elements(e->'rows') r
    UNION
    SELECT k.business_id, t.id FROM unnest(businesses, owners) k(business_id, id) CROSS JOIN LATERAL (
      SELECT o.resource_id AS id FROM occupancy o WHERE o.business_id = k.business_id AND o.booking_id = k.id
      UNION ALL
      SELECT o.resource_id FROM occupancy o WHERE o.business_id = k.business_id AND o.hold_id = k.id) t
    UNION
    SELECT c.business_id, c.resource_id FROM class_times(p_effects, businesses, owners) c WHERE counted
    ORDER BY 1, 2) w
  CROSS JOIN LATERAL (
    SELECT 1 FROM resources r WHERE r.business_id = w.business_id AND r.id = w.id FOR NO KEY UPDATE) k;
  IF counted THEN
    INSERT INTO counters (business_id, key, bucket, used)  -- one that is there is locked, and not written
    SELECT w.business_id, w.key, w.bucket, 0 FROM (
      SELECT e->>'business' AS business_id, c.key, c.bucket
      FROM jsonb_array_elements(p_effects) e, jsonb_to_recordset(e->'counts') AS c(key text, bucket timestamptz)
      UNION
      SELECT k.business_id, u.key, u.bucket FROM unnest(businesses, owners) k(business_id, id) CROSS JOIN LATERAL (
        SELECT c.key, c.bucket FROM counter_uses c WHERE c.business_id = k.business_id AND c.owner_id = k.id OFFSET 0) u
      ORDER BY 1, 2, 3) w
    ON CONFLICT (business_id, key, bucket) DO UPDATE SET used = counters.used WHERE false;
  END IF;
  IF EXISTS (
    SELECT o.business_id, o.id FROM owners_now(p_effects, p_now) o
    EXCEPT SELECT k.business_id, k.id FROM unnest(businesses, owners) k(business_id, id)
  ) THEN  -- what it owns is not locked, and it is too late to wait for that
    RAISE EXCEPTION 'somebody came while calendars were locked' USING ERRCODE = 'serialization_failure';
  END IF;
  IF p_effects @? '$[*].waitlist' THEN
    PERFORM 1 FROM (
      SELECT DISTINCT e->>'business' AS business_id, e->>'waitlist' AS id FROM jsonb_array_elements(p_effects) e
      WHERE e ? 'waitlist' ORDER BY 1, 2) w
    CROSS JOIN LATERAL (
      SELECT 1 FROM waitlist k WHERE k.business_id = w.business_id AND k.id = w.id FOR NO KEY UPDATE) k;
    INSERT INTO waitlist_sizes (business_id, waiting)
    SELECT DISTINCT e->>'business', 0 FROM jsonb_array_elements(p_effects) e WHERE e ? 'waitlist' ORDER BY 1
    ON CONFLICT (business_id) DO UPDATE SET waiting = waitlist_sizes.waiting WHERE false;
  END IF;
END $$;
--;;
CREATE OR REPLACE FUNCTION unlock_calendars(p_effects jsonb) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  one record;
BEGIN
  -- What was only there to be locked: by turns that were refused, or for what was booked before.
  FOR one IN SELECT e->>'business' AS business_id, w.key, w.bucket
    FROM jsonb_array_elements(p_effects) e, jsonb_to_recordset(e->'counts') AS w(key text, bucket timestamptz)
  LOOP
    DELETE FROM counters c WHERE c.business_id = one.business_id AND c.key = one.key AND c.bucket = one.bucket AND c.used = 0;
  END LOOP;
END $$;
--;;
CREATE OR REPLACE FUNCTION raise_version(p_business text, p_resource text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  UPDATE resources r SET calendar_version = r.calendar_version + 1 WHERE r.business_id = p_business AND r.id = p_resource;
END $$;
--;;
CREATE OR REPLACE FUNCTION settle_session(p_business text, p_session text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  until_at timestamptz;
  users integer;
  resource text;
BEGIN
  -- A class that nobody is in any more takes no time; until somebody has booked it expires with the last of its holds.
  SELECT CASE WHEN bool_and(u.expires_at IS NOT NULL) THEN max(u.expires_at) END, count(*) INTO until_at, users
  FROM counter_uses u WHERE u.business_id = p_business AND u.session_id = p_session;
  FOR resource IN SELECT o.resource_id FROM occupancy o WHERE o.business_id = p_business AND o.session_id = p_session LOOP
    PERFORM raise_version(p_business, resource);
  END LOOP;
  IF users = 0 THEN
    DELETE FROM occupancy o WHERE o.business_id = p_business AND o.session_id = p_session;
  ELSE
    UPDATE occupancy o SET expires_at = until_at
    WHERE o.business_id = p_business AND o.session_id = p_session AND o.expires_at IS DISTINCT FROM until_at;
  END IF;
END $$;
--;;
CREATE OR REPLACE FUNCTION free_rows(p_business text, p_booking text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  resource text;
BEGIN
  FOR resource IN DELETE FROM occupancy o WHERE o.business_id = p_business AND o.booking_id = p_booking RETURNING o.resource_id LOOP
    PERFORM raise_version(p_business, resource);
  END LOOP;
END $$;
--;;
CREATE OR REPLACE FUNCTION free_counts(p_business text, p_owner text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  one record;
  remaining integer;
  sessions text[] := '{}';
BEGIN
  FOR one IN
    DELETE FROM counter_uses u WHERE u.business_id = p_business AND u.owner_id = p_owner
    RETURNING u.key, u.bucket, u.amount, u.session_id
  LOOP
    UPDATE counters c SET used = c.used - one.amount
    WHERE c.business_id = p_business AND c.key = one.key AND c.bucket = one.bucket RETURNING c.used INTO remaining;
    IF remaining <= 0 THEN
      DELETE FROM counters c WHERE c.business_id = p_business AND c.key = one.key AND c.bucket = one.bucket;
    END IF;
    IF one.session_id IS NOT NULL AND NOT one.session_id = ANY (sessions) THEN
      sessions := sessions || one.session_id::text;
    END IF;
  END LOOP;
  FOR number IN 1 .. cardinality(sessions) LOOP
    PERFORM settle_session(p_business, sessions[number]);
  END LOOP;
END $$;
--;;
CREATE OR REPLACE FUNCTION free_time(p_business text, p_hold text, p_booking text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  resource text;
  counted boolean;
BEGIN
  IF p_hold IS NOT NULL THEN
    FOR resource IN DELETE FROM occupancy o WHERE o.business_id = p_business AND o.hold_id = p_hold RETURNING o.resource_id LOOP
      PERFORM raise_version(p_business, resource);
    END LOOP;
    DELETE FROM holds h WHERE h.business_id = p_business AND h.id = p_hold RETURNING h.counted INTO counted;
    IF counted THEN
      PERFORM free_counts(p_business, p_hold);
    END IF;
  END IF;
  IF p_booking IS NOT NULL THEN
    PERFORM free_rows(p_business, p_booking);
    SELECT b.counted INTO counted FROM bookings b WHERE b.business_id = p_business AND b.id = p_booking;
    IF counted THEN
      PERFORM free_counts(p_business, p_booking);
    END IF;
  END IF;
END $$;
--;;
CREATE OR REPLACE FUNCTION take_time(
  p_business text, p_entry jsonb, p_hold text, p_booking text, p_expires timestamptz, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  session text := p_entry->>'session';
  one record;
BEGIN
  PERFORM free_time(p_business, o.id, NULL)  -- an expired hold never blocks
  FROM holds_in_the_way(p_business, p_entry->'rows', p_entry->'counts', p_now) o(id);
  IF session IS NULL OR NOT EXISTS (
    SELECT 1 FROM occupancy o WHERE o.business_id = p_business AND o.session_id = session
  ) THEN
    FOR one IN
      SELECT * FROM jsonb_to_recordset(p_entry->'rows') AS w(
        resource_id text, starts_at timestamptz, ends_at timestamptz, booking_id text)
      ORDER BY w.resource_id, w.starts_at
    LOOP
      INSERT INTO occupancy (business_id, resource_id, starts_at, ends_at, hold_id, booking_id, expires_at, session_id)
      VALUES (
        p_business, one.resource_id, one.starts_at, one.ends_at, CASE WHEN session IS NULL THEN p_hold END,
        CASE WHEN session IS NULL THEN coalesce(one.booking_id, p_booking) END, CASE WHEN session IS NULL THEN p_expires END,
        session);
      PERFORM raise_version(p_business, one.resource_id);
    END LOOP;
  END IF;
  IF jsonb_array_length(p_entry->'counts') > 0 THEN
    FOR one IN
      SELECT * FROM jsonb_to_recordset(p_entry->'counts') AS w(key text, bucket timestamptz, amount integer, cap integer)
    LOOP
      IF one.amount <= one.cap THEN  -- the guarded update
        INSERT INTO counters (business_id, key, bucket, used) VALUES (p_business, one.key, one.bucket, one.amount)
        ON CONFLICT (business_id, key, bucket) DO UPDATE SET used = counters.used + excluded.used
        WHERE counters.used + excluded.used <= one.cap;
      END IF;
      IF one.amount > one.cap OR NOT FOUND THEN
        RAISE EXCEPTION 'no more of % at %', one.key, one.bucket USING ERRCODE = 'FD412';
      END IF;
      INSERT INTO counter_uses (business_id, owner_id, key, bucket, amount, expires_at, session_id)
      VALUES (p_business, coalesce(p_hold, p_booking), one.key, one.bucket, one.amount, p_expires, session);
    END LOOP;
    IF session IS NOT NULL THEN
      PERFORM settle_session(p_business, session);
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
  SELECT holds + count(*) INTO swept FROM jsonb_array_elements(effects) e CROSS JOIN LATERAL (
    SELECT 1 FROM occupancy o WHERE o.business_id = e->>'business' AND o.hold_id = e->'holds'->>0 OFFSET 0) o;
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
