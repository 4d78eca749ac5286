-- The outbox and the timers: what is due is leased to senders, or moved into the mailbox; and what became of what was sent.

CREATE OR REPLACE FUNCTION lease_outbox(p_most integer, p_lease interval, p_now timestamptz)
RETURNS TABLE (
  id text, business_id text, conversation_id text, account_id text, channel text, recipient text, kind text, epoch integer,
  message_id text, body bytea, created_at timestamptz, has_link boolean, "position" integer, fence integer, attempts integer,
  doubts integer)
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
         o.message_id::text, o.body, o.created_at, o.has_link, o.position, o.fence, o.attempts, o.doubts
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
  UPDATE outbox o SET status = 'sending', attempts = o.attempts + 1, doubts = o.doubts + 1, due_at = clock_timestamp() + p_lease
  FROM unnest(p_ids, p_fences) AS w(id, fence)
  WHERE o.id = w.id AND o.fence = w.fence AND o.done_at IS NULL
  RETURNING o.id::text;
END $$;
--;;
CREATE OR REPLACE FUNCTION write_deliveries(p_told json, p_good integer[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- The highest rank stands, in whatever order they come; of a conversation that was erased nothing is kept.
  INSERT INTO deliveries AS d (
    business_id, message_id, conversation_id, channel, kind, external_id, status, rank, at, problem)
  SELECT DISTINCT ON (t.business_id, t.message_id)
         t.business_id, t.message_id, t.conversation_id, t.channel, coalesce(o.kind, ''), t.external_id, t.status, t.rank,
         t.at, t.problem
  FROM ROWS FROM (json_to_recordset(p_told) AS (
    o integer, business_id text, conversation_id text, outgoing_id text, message_id text, channel text, external_id text,
    status text, rank integer, at timestamptz, problem text)
  ) WITH ORDINALITY AS t(
    o, business_id, conversation_id, outgoing_id, message_id, channel, external_id, status, rank, at, problem, n)
  JOIN conversations c ON c.business_id = t.business_id AND c.id = t.conversation_id
  LEFT JOIN outbox o ON o.id = t.outgoing_id AND o.business_id = t.business_id AND o.conversation_id = t.conversation_id
  WHERE t.o = ANY (p_good)
  ORDER BY t.business_id, t.message_id, t.rank DESC, t.n
  ON CONFLICT (business_id, message_id) DO UPDATE
  SET external_id = excluded.external_id, status = excluded.status, rank = excluded.rank, at = excluded.at,
      problem = excluded.problem
  WHERE excluded.rank > d.rank;
END $$;
--;;
CREATE OR REPLACE FUNCTION end_rows(p_told json, p_good integer[], p_now timestamptz) RETURNS integer[]
LANGUAGE plpgsql AS $$
DECLARE
  ended integer[];
BEGIN
  -- What nobody knew of a row is known by its receipt: whatever was tried has arrived, unless it is said that it failed.
  PERFORM 1 FROM outbox w
  WHERE w.done_at IS NULL AND w.id = ANY (ARRAY(
    SELECT t.outgoing_id FROM json_to_recordset(p_told) AS t(o integer, outgoing_id text) WHERE t.o = ANY (p_good)))
  ORDER BY w.seq FOR UPDATE;
  IF NOT FOUND THEN
    RETURN '{}';
  END IF;
  WITH told AS MATERIALIZED (
    SELECT DISTINCT ON (t.outgoing_id) t.*
    FROM json_to_recordset(p_told) AS t(
      o integer, business_id text, conversation_id text, outgoing_id text, external_id text, status text, rank integer,
      problem text)
    WHERE t.o = ANY (p_good) ORDER BY t.outgoing_id, t.rank DESC
  ), ending AS (
    UPDATE outbox w
    SET status = CASE t.status WHEN 'failed' THEN 'failed' ELSE 'sent' END, external_id = t.external_id, error = t.problem,
        done_at = p_now, body = ''
    FROM told t
    WHERE w.id = t.outgoing_id AND w.business_id = t.business_id AND w.conversation_id = t.conversation_id
      AND w.done_at IS NULL AND (w.status = 'sending' OR (t.status <> 'failed' AND w.attempts > 0))
    RETURNING t.o
  )
  SELECT coalesce(array_agg(e.o), '{}') INTO ended FROM ending e;
  RETURN ended;
END $$;
--;;
CREATE OR REPLACE FUNCTION lock_told(p_businesses text, p_told json) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- Conversations before rows of the outbox, as everybody takes them: a delivery refers to its conversation.
  PERFORM set_config('app.businesses', p_businesses, true);
  PERFORM 1 FROM conversations c
  WHERE c.business_id = ANY (string_to_array(p_businesses, ',')) AND c.id = ANY (ARRAY(
    SELECT t.conversation_id FROM json_to_recordset(p_told) AS t(conversation_id text)))
  ORDER BY c.business_id, c.id FOR KEY SHARE;
END $$;
--;;
CREATE OR REPLACE FUNCTION finish_sent(
  p_businesses text, p_ids text[], p_external_ids text[], p_told json, p_now timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lock_told(p_businesses, p_told);
  UPDATE outbox o SET status = 'sent', external_id = w.external_id, done_at = p_now, body = '', error = ''
  FROM unnest(p_ids, p_external_ids) AS w(id, external_id)
  WHERE o.id = w.id AND o.done_at IS NULL;
  PERFORM write_deliveries(p_told, '{0}');
END $$;
--;;
CREATE OR REPLACE FUNCTION give_up(p_business text, p_id text, p_fence integer, p_told json, p_error text, p_now timestamptz)
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lock_told(p_business, p_told);
  UPDATE outbox o SET status = 'failed', error = p_error, done_at = p_now, body = ''
  WHERE o.id = p_id AND o.fence = p_fence AND o.done_at IS NULL;
  IF FOUND THEN
    PERFORM write_deliveries(p_told, '{0}');
  END IF;
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
