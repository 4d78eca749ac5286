-- The outbox and the timers: what is due is leased to senders, or moved into the mailbox.

CREATE OR REPLACE FUNCTION lease_outbox(p_most integer, p_lease interval, p_now timestamptz)
RETURNS TABLE (
  id text, business_id text, conversation_id text, account_id text, channel text, recipient text, kind text, epoch integer,
  message_id text, body bytea, created_at timestamptz, has_link boolean, "position" integer, fence integer, attempts integer,
  doubtful boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  moment timestamptz := clock_timestamp();
  heads bigint[];
  scope text;
  leased bigint[] := '{}';
  lost integer;
BEGIN
  WHILE cardinality(leased) < p_most LOOP
    WITH head AS (
      SELECT o.seq, o.business_id FROM outbox o
      WHERE o.done_at IS NULL AND o.due_at <= moment AND NOT EXISTS (
        SELECT 1 FROM outbox p WHERE p.conversation_id = o.conversation_id AND p.done_at IS NULL AND p.seq < o.seq)
      ORDER BY o.due_at, o.seq LIMIT p_most - cardinality(leased)
      FOR UPDATE OF o SKIP LOCKED
    )
    SELECT array_agg(h.seq), string_agg(DISTINCT h.business_id, ',') INTO heads, scope FROM head h;
    EXIT WHEN heads IS NULL;
    PERFORM set_config('app.businesses', scope, true);
    UPDATE outbox o SET status = 'cancelled', done_at = p_now, body = ''
    FROM conversations c
    WHERE o.seq = ANY (heads) AND o.kind = 'talk' AND c.business_id = o.business_id AND c.id = o.conversation_id
      AND c.control_epoch <> o.epoch;
    GET DIAGNOSTICS lost = ROW_COUNT;
    WITH taken AS (
      UPDATE outbox o SET fence = o.fence + 1, due_at = moment + p_lease
      WHERE o.seq = ANY (heads) AND o.done_at IS NULL
      RETURNING o.seq
    )
    SELECT leased || coalesce(array_agg(t.seq), '{}') INTO leased FROM taken t;
    EXIT WHEN lost = 0;  -- where talk was cancelled, what comes after it may go at once
  END LOOP;
  RETURN QUERY
  SELECT o.id::text, o.business_id::text, o.conversation_id::text, o.account_id::text, o.channel, o.recipient, o.kind, o.epoch,
         o.message_id::text, o.body, o.created_at, o.has_link, o.position, o.fence, o.attempts, o.status = 'sending'
  FROM outbox o WHERE o.seq = ANY (leased) ORDER BY o.seq;
END $$;
--;;
CREATE OR REPLACE FUNCTION mark_sending(
  p_businesses text, p_ids text[], p_fences integer[], p_lease interval, p_now timestamptz) RETURNS SETOF text
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.businesses', p_businesses, true);
  PERFORM 1 FROM outbox o WHERE o.id = ANY (p_ids) ORDER BY o.seq FOR UPDATE;
  UPDATE outbox o SET status = 'cancelled', done_at = p_now, body = ''
  FROM unnest(p_ids, p_fences) AS w(id, fence), conversations c
  WHERE o.id = w.id AND o.fence = w.fence AND o.done_at IS NULL AND o.kind = 'talk' AND c.business_id = o.business_id
    AND c.id = o.conversation_id AND c.control_epoch <> o.epoch;
  RETURN QUERY
  UPDATE outbox o SET status = 'sending', attempts = o.attempts + 1, due_at = clock_timestamp() + p_lease
  FROM unnest(p_ids, p_fences) AS w(id, fence)
  WHERE o.id = w.id AND o.fence = w.fence AND o.done_at IS NULL
  RETURNING o.id::text;
END $$;
--;;
CREATE OR REPLACE FUNCTION fire_timers(p_now timestamptz, p_most integer) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  lanes_due text[];
  fired json;
BEGIN
  SELECT array_agg(DISTINCT t.conversation_id) INTO lanes_due FROM (
    SELECT d.conversation_id FROM timers d WHERE d.due_at <= p_now ORDER BY d.due_at LIMIT p_most) t;
  IF lanes_due IS NULL THEN
    RETURN 0;
  END IF;
  -- Lanes before timers, as commits take them.
  PERFORM 1 FROM lanes l WHERE l.lane = ANY (lanes_due) ORDER BY l.lane FOR NO KEY UPDATE;
  WITH due AS (
    SELECT d.business_id, d.conversation_id, d.kind FROM timers d
    WHERE d.due_at <= p_now AND d.conversation_id = ANY (lanes_due) ORDER BY d.due_at LIMIT p_most
    FOR UPDATE SKIP LOCKED
  ), gone AS (
    DELETE FROM timers t USING due d
    WHERE t.business_id = d.business_id AND t.conversation_id = d.conversation_id AND t.kind = d.kind
    RETURNING t.*
  )
  SELECT json_agg(json_build_object(
    'endpoint_id', 'timers', 'kind', 'timer',
    'external_id', g.kind || '|' || g.conversation_id || '|' ||
      to_char(g.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS') ||
      CASE WHEN extract(microseconds FROM g.due_at)::bigint % 1000000 = 0 THEN ''
           ELSE to_char(g.due_at AT TIME ZONE 'UTC', '.US') END || '+00:00',
    'lane', g.conversation_id, 'business_id', g.business_id, 'account_id', g.account_id,
    'conversation_id', g.conversation_id, 'sender', '', 'body', encode(g.body, 'base64'), 'sent_at', g.due_at,
    'received_at', p_now) ORDER BY g.due_at) INTO fired
  FROM gone g;
  IF fired IS NULL THEN
    RETURN 0;
  END IF;
  PERFORM accept_mail(fired);
  RETURN json_array_length(fired);
END $$;
--;;
CREATE OR REPLACE FUNCTION sweep_handled(p_before timestamptz) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
  keys integer;
  sent integer;
BEGIN
  DELETE FROM mailbox WHERE done_at <= p_before AND NOT set_aside;
  GET DIAGNOSTICS keys = ROW_COUNT;
  DELETE FROM outbox WHERE done_at <= p_before;
  GET DIAGNOSTICS sent = ROW_COUNT;
  RETURN keys + sent;
END $$;
