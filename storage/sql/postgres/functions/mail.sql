-- Mail: accepting it, handing its lanes to workers one at a time and in order, giving them back.
-- Leases, pauses and quiet times are by the database's clock; `p_now` is the Clock port's.

CREATE OR REPLACE FUNCTION accept_mail(p_arrivals json) RETURNS SETOF integer
LANGUAGE plpgsql AS $$
DECLARE
  moment timestamptz;
BEGIN
  -- The lane is locked before a number is drawn, so that a lane's mail is numbered in the order in which it becomes visible.
  INSERT INTO lanes (lane, business_id, account_id, conversation_id, pending, fence, ready_at, due_at)
  SELECT DISTINCT ON (a.lane) a.lane, a.business_id, a.account_id, a.conversation_id, 0, 0, now(), now()
  FROM json_to_recordset(p_arrivals) AS a(lane text, business_id text, account_id text, conversation_id text)
  ORDER BY a.lane
  ON CONFLICT (lane) DO NOTHING;
  PERFORM 1 FROM lanes l
  WHERE l.lane IN (SELECT a.lane FROM json_to_recordset(p_arrivals) AS a(lane text))
  ORDER BY l.lane FOR NO KEY UPDATE;
  moment := clock_timestamp();
  RETURN QUERY
  WITH arrivals AS MATERIALIZED (
    SELECT row_number() OVER ()::integer AS n, a.*
    FROM json_to_recordset(p_arrivals) AS a(
      endpoint_id text, kind text, external_id text, lane text, business_id text, account_id text, sender text,
      body text, sent_at timestamptz, received_at timestamptz, quiet double precision)
  ), stored AS (
    INSERT INTO mailbox (endpoint_id, kind, external_id, lane, business_id, account_id, sender, body, sent_at, received_at)
    SELECT a.endpoint_id, a.kind, a.external_id, a.lane, a.business_id, a.account_id, a.sender, decode(a.body, 'base64'),
           a.sent_at, a.received_at
    FROM arrivals a ORDER BY a.n
    ON CONFLICT (endpoint_id, kind, external_id) DO NOTHING
    RETURNING mailbox.endpoint_id, mailbox.kind, mailbox.external_id
  ), fresh AS MATERIALIZED (
    SELECT DISTINCT ON (a.endpoint_id, a.kind, a.external_id) a.n, a.lane, a.quiet
    FROM arrivals a JOIN stored s USING (endpoint_id, kind, external_id)
    ORDER BY a.endpoint_id, a.kind, a.external_id, a.n
  ), counted AS (
    SELECT f.lane, count(*)::integer AS added, (array_agg(f.quiet ORDER BY f.n DESC))[1] AS quiet
    FROM fresh f GROUP BY f.lane
  ), marked AS (
    UPDATE lanes l
    SET pending = l.pending + c.added,
        ready_at = moment + make_interval(secs => coalesce(c.quiet, 0)),
        due_at = greatest(moment + make_interval(secs => coalesce(c.quiet, 0)), l.lease_until)
    FROM counted c WHERE l.lane = c.lane
  )
  SELECT f.n FROM fresh f;
END $$;
--;;
CREATE OR REPLACE FUNCTION read_lanes(p_lanes text[], p_fences integer[])
RETURNS TABLE (
  lane text, fence integer, business_id text, account_id text, lease_until timestamptz, set_up integer,
  mail_id bigint, kind text, external_id text, sender text, body bytea, sent_at timestamptz, received_at timestamptz,
  attempts integer,
  c_id text, c_account_id text, c_customer_id text, c_external_id text, c_owner text, c_control_epoch integer, c_version integer,
  c_stage text, c_created_at timestamptz, c_last_heard_at timestamptz, c_owner_id text, c_reason text, c_language text,
  c_opted_out boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('app.businesses', (
    SELECT string_agg(DISTINCT l.business_id, ',') FROM lanes l WHERE l.lane = ANY (p_lanes)), true);
  RETURN QUERY
  SELECT l.lane, w.fence, l.business_id::text, l.account_id::text, l.lease_until, b.version,
         m.id, m.kind, m.external_id, m.sender, m.body, m.sent_at, m.received_at, m.attempts,
         c.id::text, c.account_id::text, c.customer_id::text, c.external_id, c.owner, c.control_epoch, c.version, c.stage, c.created_at,
         c.last_heard_at, c.owner_id, c.reason, c.language, c.opted_out
  FROM unnest(p_lanes, p_fences) WITH ORDINALITY AS w(lane, fence, n)
  JOIN lanes l ON l.lane = w.lane
  LEFT JOIN businesses b ON b.id = l.business_id
  LEFT JOIN conversations c ON c.business_id = l.business_id AND c.id = l.conversation_id
  LEFT JOIN LATERAL (
    SELECT * FROM mailbox q WHERE q.lane = l.lane AND q.done_at IS NULL ORDER BY q.id LIMIT 10
  ) m ON true
  ORDER BY w.n, m.id;
END $$;
--;;
CREATE OR REPLACE FUNCTION claim_lanes(p_most integer, p_after text, p_lease interval)
RETURNS TABLE (
  lane text, fence integer, business_id text, account_id text, lease_until timestamptz, set_up integer,
  mail_id bigint, kind text, external_id text, sender text, body bytea, sent_at timestamptz, received_at timestamptz,
  attempts integer,
  c_id text, c_account_id text, c_customer_id text, c_external_id text, c_owner text, c_control_epoch integer, c_version integer,
  c_stage text, c_created_at timestamptz, c_last_heard_at timestamptz, c_owner_id text, c_reason text, c_language text,
  c_opted_out boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  moment timestamptz := clock_timestamp();
  found_one text;
  last_one text := p_after;
  round_again boolean := false;
  chosen text[] := '{}';
  taken text[];
  fences integer[];
BEGIN
  IF p_most < 1 OR NOT EXISTS (SELECT 1 FROM lanes l WHERE l.pending > 0 AND l.due_at <= moment) THEN
    RETURN;
  END IF;
  -- Businesses take turns: those after the last one served, then from the start; one index step each.
  WHILE cardinality(chosen) < p_most LOOP
    SELECT l.business_id INTO found_one FROM lanes l
    WHERE l.pending > 0 AND l.due_at <= moment AND l.business_id > last_one
    ORDER BY l.business_id LIMIT 1;
    IF NOT FOUND OR (round_again AND found_one > p_after) THEN
      EXIT WHEN round_again;
      round_again := true;
      last_one := '';
    ELSE
      chosen := chosen || found_one;
      last_one := found_one;
    END IF;
  END LOOP;
  IF cardinality(chosen) = 0 THEN
    RETURN;
  END IF;
  WITH open AS MATERIALIZED (
    SELECT q.lane, row_number() OVER (PARTITION BY b.n ORDER BY q.due_at) AS place, b.n
    FROM unnest(chosen) WITH ORDINALITY AS b(id, n)
    CROSS JOIN LATERAL (
      SELECT l.lane, l.due_at FROM lanes l
      WHERE l.business_id = b.id AND l.pending > 0 AND l.due_at <= moment
      ORDER BY l.due_at LIMIT (4 * p_most + cardinality(chosen) - 1) / cardinality(chosen)
    ) q
  ), picked AS (  -- more than wanted are looked at, because others claim at the same time; only what is taken is locked
    SELECT l.lane, o.place, o.n FROM open o JOIN lanes l ON l.lane = o.lane
    WHERE l.pending > 0 AND l.due_at <= moment
    ORDER BY o.place, o.n LIMIT p_most
    FOR NO KEY UPDATE OF l SKIP LOCKED
  ), claimed AS (
    UPDATE lanes l SET fence = l.fence + 1, lease_until = moment + p_lease, due_at = moment + p_lease
    FROM picked p WHERE l.lane = p.lane
    RETURNING l.lane, l.fence, p.place, p.n
  )
  SELECT array_agg(c.lane ORDER BY c.place, c.n), array_agg(c.fence ORDER BY c.place, c.n) INTO taken, fences FROM claimed c;
  IF taken IS NOT NULL THEN
    RETURN QUERY SELECT * FROM read_lanes(taken, fences);
  END IF;
END $$;
--;;
CREATE OR REPLACE FUNCTION reread_lane(p_lane text, p_fence integer, p_lease interval)
RETURNS TABLE (
  lane text, fence integer, business_id text, account_id text, lease_until timestamptz, set_up integer,
  mail_id bigint, kind text, external_id text, sender text, body bytea, sent_at timestamptz, received_at timestamptz,
  attempts integer,
  c_id text, c_account_id text, c_customer_id text, c_external_id text, c_owner text, c_control_epoch integer, c_version integer,
  c_stage text, c_created_at timestamptz, c_last_heard_at timestamptz, c_owner_id text, c_reason text, c_language text,
  c_opted_out boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  UPDATE lanes l SET lease_until = clock_timestamp() + p_lease, due_at = clock_timestamp() + p_lease
  WHERE l.lane = p_lane AND l.fence = p_fence;
  RETURN QUERY SELECT * FROM read_lanes(ARRAY[p_lane], ARRAY[p_fence]);
END $$;
--;;
CREATE OR REPLACE FUNCTION read_states(p_businesses text, p_ids text[]) RETURNS TABLE (id text, version integer, state bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('app.businesses', p_businesses, true);
  RETURN QUERY SELECT c.id::text, c.version, c.state FROM conversations c
  WHERE c.business_id = ANY (string_to_array(p_businesses, ',')) AND c.id = ANY (p_ids);
END $$;
--;;
CREATE OR REPLACE FUNCTION fail_turn(p_lane text, p_fence integer, p_mail bigint, p_error text, p_now timestamptz)
RETURNS double precision
LANGUAGE plpgsql AS $$
DECLARE
  failures integer;
  pauses double precision[] := '{1, 5, 30, 120}';
  pause double precision;
BEGIN
  -- NULL: somebody else has the lane. -1: the mail is set aside. Otherwise the pause in seconds.
  PERFORM 1 FROM lanes l WHERE l.lane = p_lane AND l.fence = p_fence FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  UPDATE mailbox m
  SET attempts = m.attempts + 1, error = p_error, set_aside = m.attempts + 1 >= 5,
      done_at = CASE WHEN m.attempts + 1 >= 5 THEN p_now END
  WHERE m.id = p_mail AND m.lane = p_lane AND m.done_at IS NULL
  RETURNING m.attempts INTO failures;
  pause := coalesce(pauses[failures], 0);
  UPDATE lanes l  -- the pause is kept as a lease of nobody, so that what arrives meanwhile does not end it
  SET pending = l.pending - CASE WHEN failures >= 5 THEN 1 ELSE 0 END, fence = l.fence + 1,
      lease_until = CASE WHEN failures >= 5 THEN NULL ELSE clock_timestamp() + make_interval(secs => pause) END,
      due_at = clock_timestamp() + make_interval(secs => pause)
  WHERE l.lane = p_lane;
  RETURN CASE WHEN failures >= 5 THEN -1 ELSE pause END;
END $$;
