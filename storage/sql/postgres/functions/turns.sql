-- Turns: a group is committed in one call, each turn judged by itself; and people's changes of control.
-- Locks are taken lanes first, then conversations, then calendars, each in the order of their ids.

CREATE OR REPLACE FUNCTION write_newcomers(p_newcomers json, p_good integer[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO customers (business_id, id, created_at, name, phone, email, language)
  SELECT c.business_id, c.id, c.created_at, c.name, c.phone, c.email, c.language
  FROM json_to_recordset(p_newcomers) AS n(o integer, customer json)
  CROSS JOIN LATERAL json_to_record(n.customer) AS c(
    id text, business_id text, created_at timestamptz, name text, phone text, email text, language text)
  WHERE n.o = ANY (p_good) ORDER BY c.business_id, c.id
  ON CONFLICT DO NOTHING;
  INSERT INTO identities (business_id, account_id, external_id, customer_id, name)
  SELECT i.business_id, i.account_id, i.external_id, i.customer_id, i.name
  FROM json_to_recordset(p_newcomers) AS n(o integer, identity json)
  CROSS JOIN LATERAL json_to_record(n.identity) AS i(
    account_id text, external_id text, customer_id text, business_id text, name text)
  WHERE n.o = ANY (p_good) ORDER BY i.business_id, i.account_id, i.external_id
  ON CONFLICT DO NOTHING;
END $$;
--;;
CREATE OR REPLACE FUNCTION write_messages(p_messages json, p_turns integer[], p_good integer[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO messages (business_id, id, conversation_id, author, author_id, text, at, choices, card, external_id, media)
  SELECT m.business_id, m.id, m.conversation_id, m.author, m.author_id, m.text, m.at, m.choices, m.card, m.external_id, m.media
  FROM ROWS FROM (
    json_to_recordset(p_messages) AS (
      id text, conversation_id text, business_id text, author text, author_id text, text text, at timestamptz, choices jsonb,
      card jsonb, external_id text, media jsonb),
    unnest(p_turns)
  ) WITH ORDINALITY AS m(
    id, conversation_id, business_id, author, author_id, text, at, choices, card, external_id, media, o, n)
  WHERE m.o = ANY (p_good) ORDER BY m.n;
END $$;
--;;
CREATE OR REPLACE FUNCTION write_outbox(p_outbox json, p_turns integer[], p_good integer[], p_epoch integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outbox (id, business_id, conversation_id, account_id, channel, recipient, kind, epoch, message_id, body, created_at,
    has_link, position, due_at)
  SELECT m.id, m.business_id, m.conversation_id, m.account_id, m.channel, m.recipient, m.kind, coalesce(p_epoch, m.epoch),
         m.message_id, decode(m.body, 'base64'), m.created_at, m.has_link, m.position, clock_timestamp()
  FROM ROWS FROM (
    json_to_recordset(p_outbox) AS (
      id text, business_id text, conversation_id text, account_id text, channel text, "to" text, kind text, epoch integer,
      message_id text, body text, created_at timestamptz, has_link boolean, position integer),
    unnest(p_turns)
  ) WITH ORDINALITY AS m(
    id, business_id, conversation_id, account_id, channel, recipient, kind, epoch, message_id, body, created_at, has_link,
    position, o, n)
  WHERE m.o = ANY (p_good) ORDER BY m.o, m.position, m.n;
END $$;
--;;
CREATE OR REPLACE FUNCTION write_timers(p_timers json, p_turns integer[], p_cancels json, p_good integer[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM timers t USING json_to_recordset(p_cancels) AS c(o integer, business_id text, conversation_id text, kind text)
  WHERE c.o = ANY (p_good) AND t.business_id = c.business_id AND t.conversation_id = c.conversation_id
    AND (t.kind = c.kind OR (right(c.kind, 1) = '*' AND starts_with(t.kind, left(c.kind, -1))));
  INSERT INTO timers (business_id, conversation_id, kind, account_id, due_at, body)
  SELECT DISTINCT ON (t.business_id, t.conversation_id, t.kind)
         t.business_id, t.conversation_id, t.kind, t.account_id, t.due_at, decode(t.body, 'base64')
  FROM ROWS FROM (
    json_to_recordset(p_timers) AS (
      business_id text, conversation_id text, kind text, account_id text, due_at timestamptz, body text),
    unnest(p_turns)
  ) WITH ORDINALITY AS t(business_id, conversation_id, kind, account_id, due_at, body, o, n)
  WHERE t.o = ANY (p_good) ORDER BY t.business_id, t.conversation_id, t.kind, t.n DESC
  ON CONFLICT (business_id, conversation_id, kind)
  DO UPDATE SET account_id = excluded.account_id, due_at = excluded.due_at, body = excluded.body;
END $$;
--;;
CREATE OR REPLACE FUNCTION write_conversations(p_conversations json, p_states bytea[], p_good integer[], p_fresh integer[])
RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  WITH standing AS MATERIALIZED (
    SELECT * FROM ROWS FROM (
      json_to_recordset(p_conversations) AS (
        business_id text, id text, account_id text, customer_id text, external_id text, owner text, control_epoch integer,
        version integer, stage text, created_at timestamptz, last_heard_at timestamptz, owner_id text, reason text, language text,
        opted_out boolean),
      unnest(p_states)
    ) WITH ORDINALITY AS s(
      business_id, id, account_id, customer_id, external_id, owner, control_epoch, version, stage, created_at, last_heard_at,
      owner_id, reason, language, opted_out, state, n)
    WHERE s.n - 1 = ANY (p_good)
  ), born AS (
    INSERT INTO conversations (business_id, id, account_id, customer_id, external_id, owner, control_epoch, version, stage,
      created_at, last_heard_at, owner_id, reason, language, opted_out, state)
    SELECT s.business_id, s.id, s.account_id, s.customer_id, s.external_id, s.owner, s.control_epoch, s.version, s.stage,
           s.created_at, s.last_heard_at, s.owner_id, s.reason, s.language, s.opted_out, s.state
    FROM standing s WHERE s.n - 1 = ANY (p_fresh) ORDER BY s.business_id, s.id
  )
  UPDATE conversations c
  SET customer_id = s.customer_id, external_id = s.external_id, owner = s.owner, control_epoch = s.control_epoch,
      version = s.version, stage = s.stage, last_heard_at = s.last_heard_at, owner_id = s.owner_id, reason = s.reason,
      language = s.language, opted_out = s.opted_out, state = s.state
  FROM standing s
  WHERE s.n - 1 <> ALL (p_fresh) AND c.business_id = s.business_id AND c.id = s.id;
END $$;
--;;
CREATE OR REPLACE FUNCTION release_lanes(p_claims json, p_good integer[], p_now timestamptz)
RETURNS TABLE (o integer, due double precision)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  moment timestamptz := clock_timestamp();
  heard bigint[] := ARRAY(
    SELECT unnest(t.mail) FROM json_to_recordset(p_claims) AS t(o integer, mail bigint[]) WHERE t.o = ANY (p_good));
BEGIN
  -- `due` is in how many seconds the lane is ready again, NULL when it is empty.
  RETURN QUERY
  WITH done AS (
    UPDATE mailbox m SET done_at = p_now, body = '', error = ''
    WHERE m.id = ANY (heard) AND m.done_at IS NULL
    RETURNING m.lane
  )
  UPDATE lanes l
  SET pending = l.pending - (SELECT count(*)::integer FROM done d WHERE d.lane = l.lane), fence = l.fence + 1,
      lease_until = NULL, due_at = greatest(l.ready_at, moment)
  FROM json_to_recordset(p_claims) AS t(o integer, lane text)
  WHERE t.o = ANY (p_good) AND l.lane = t.lane
  RETURNING t.o, CASE WHEN l.pending > 0 THEN extract(epoch FROM l.due_at - moment)::double precision END;
END $$;
--;;
CREATE OR REPLACE FUNCTION commit_turns(
  p_businesses text, p_now timestamptz, p_turns json, p_conversations json, p_states bytea[], p_records json, p_lines json,
  p_versions integer[], p_newcomers json, p_effects jsonb, p_messages json, p_message_turns integer[], p_outbox json,
  p_outbox_turns integer[], p_timers json, p_timer_turns integer[], p_cancels json)
RETURNS TABLE (o integer, outcome text, due double precision)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  held integer[];
  good integer[];
  fresh integer[];
  taken integer[] := '{}';
  effects jsonb;
  one record;
BEGIN
  PERFORM set_config('app.businesses', p_businesses, true);
  -- Fence: nobody has claimed, committed or failed the lane since this claim.
  SELECT coalesce(array_agg(s.o), '{}') INTO held FROM (
    SELECT t.o FROM json_to_recordset(p_turns) AS t(o integer, lane text, fence integer)
    JOIN lanes l ON l.lane = t.lane
    WHERE l.fence = t.fence
    ORDER BY l.lane FOR NO KEY UPDATE OF l) s;
  -- Control: version, owner, epoch and where answers go are still what the turn began with.
  SELECT coalesce(array_agg(s.o), '{}') INTO good FROM (
    SELECT t.o FROM json_to_recordset(p_turns) AS t(
      o integer, business_id text, conversation_id text, version integer, epoch integer, owner text, address text)
    JOIN conversations c ON c.business_id = t.business_id AND c.id = t.conversation_id
    WHERE t.o = ANY (held) AND c.version = t.version AND c.control_epoch = t.epoch AND c.owner = t.owner
      AND c.external_id = t.address
    ORDER BY c.business_id, c.id FOR NO KEY UPDATE OF c) s;
  SELECT coalesce(array_agg(t.o), '{}') INTO fresh
  FROM json_to_recordset(p_turns) AS t(o integer, business_id text, conversation_id text, version integer)
  WHERE t.o = ANY (held) AND t.version IS NULL AND NOT EXISTS (
    SELECT 1 FROM conversations c WHERE c.business_id = t.business_id AND c.id = t.conversation_id);
  good := good || fresh;
  -- Effects: each turn under its own savepoint; the exclusion constraint is the judge.
  IF jsonb_array_length(p_effects) > 0 THEN
    SELECT coalesce(jsonb_agg(e.v ORDER BY e.n), '[]') INTO effects
    FROM jsonb_array_elements(p_effects) WITH ORDINALITY AS e(v, n) WHERE (e.v->>'o')::integer = ANY (good);
    PERFORM lock_calendars(effects, p_now);
    FOR one IN
      SELECT (e.v->>'o')::integer AS o, e.v->>'business' AS business, jsonb_agg(e.v ORDER BY e.n) AS effects
      FROM jsonb_array_elements(effects) WITH ORDINALITY AS e(v, n) GROUP BY 1, 2 ORDER BY 1
    LOOP
      BEGIN
        PERFORM write_newcomers(p_newcomers, ARRAY[one.o]);
        PERFORM apply_effects(one.business, one.effects, p_now);
      EXCEPTION WHEN exclusion_violation OR unique_violation OR SQLSTATE 'FD409' OR SQLSTATE 'FD411' OR SQLSTATE 'FD412' THEN
        good := array_remove(good, one.o);
        fresh := array_remove(fresh, one.o);
        taken := taken || one.o;
      END;
    END LOOP;
    PERFORM unlock_calendars(effects);
  END IF;
  PERFORM write_newcomers(p_newcomers, good);
  PERFORM write_conversations(p_conversations, p_states, good, fresh);
  WITH record AS MATERIALIZED (
    SELECT * FROM ROWS FROM (
      json_to_recordset(p_records) AS (
        id text, conversation_id text, business_id text, heard jsonb, stage_before text, stage_after text, commands jsonb,
        certainty double precision, language text, ms double precision, alternatives integer, outcome text, at timestamptz,
        view text),
      json_array_elements(p_lines), unnest(p_versions)
    ) WITH ORDINALITY AS r(
      id, conversation_id, business_id, heard, stage_before, stage_after, commands, certainty, language, ms, alternatives, outcome,
      at, view, lines, version, n)
    WHERE r.n - 1 = ANY (good)
  ), told AS (
    INSERT INTO heard (business_id, conversation_id, external_id, turn_id)
    SELECT DISTINCT r.business_id, r.conversation_id, h.external_id, r.id
    FROM record r, jsonb_array_elements_text(r.heard) AS h(external_id)
    ORDER BY 1, 2, 3
    ON CONFLICT (business_id, conversation_id, external_id) DO UPDATE SET turn_id = excluded.turn_id
  )
  INSERT INTO turns (business_id, id, conversation_id, version, heard, message_ids, stage_before, stage_after, commands, certainty, language, ms,
    alternatives, outcome, at, view)
  SELECT r.business_id, r.id, r.conversation_id, r.version, r.heard, r.lines::jsonb, r.stage_before, r.stage_after, r.commands, r.certainty,
         r.language, r.ms, r.alternatives, r.outcome, r.at, decode(r.view, 'base64')
  FROM record r;
  PERFORM write_messages(p_messages, p_message_turns, good);
  PERFORM write_outbox(p_outbox, p_outbox_turns, good, NULL);
  IF cardinality(p_timer_turns) > 0 OR json_array_length(p_cancels) > 0 THEN
    PERFORM write_timers(p_timers, p_timer_turns, p_cancels, good);
  END IF;
  RETURN QUERY
  WITH released AS MATERIALIZED (SELECT * FROM release_lanes(p_turns, good, p_now))
  SELECT t.o,
         CASE WHEN t.o = ANY (good) THEN 'committed' WHEN t.o = ANY (taken) THEN 'taken'
              WHEN t.o = ANY (held) THEN 'control_lost' ELSE 'fenced' END,
         r.due
  FROM json_to_recordset(p_turns) AS t(o integer) LEFT JOIN released r ON r.o = t.o;
END $$;
--;;
CREATE OR REPLACE FUNCTION apply_change(p_change json, p_now timestamptz) RETURNS conversations
LANGUAGE plpgsql AS $$
DECLARE
  wanted record;
  standing conversations;
  zeros integer[];
BEGIN
  SELECT * INTO wanted FROM json_to_record(p_change) AS w(
    business_id text, conversation_id text, epoch integer, owner text, owner_id text, reason text, keep_epoch boolean,
    external_id text, arrivals json, messages json, outbox json, timers json, cancels json);
  zeros := array_fill(0, ARRAY[greatest(
    json_array_length(wanted.messages), json_array_length(wanted.outbox), json_array_length(wanted.timers))]);
  IF json_array_length(wanted.arrivals) > 0 THEN
    PERFORM accept_mail(wanted.arrivals);
  END IF;
  SELECT * INTO standing FROM conversations c
  WHERE c.business_id = wanted.business_id AND c.id = wanted.conversation_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no conversation %', wanted.conversation_id USING ERRCODE = 'FD404';
  END IF;
  IF wanted.epoch IS NOT NULL AND wanted.epoch <> standing.control_epoch THEN
    RAISE EXCEPTION '%', rtrim(standing.owner || ' ' || standing.owner_id) USING ERRCODE = 'FD410';
  END IF;
  IF NOT wanted.keep_epoch THEN
    UPDATE conversations c
    SET owner = wanted.owner, owner_id = wanted.owner_id, reason = wanted.reason, control_epoch = c.control_epoch + 1
    WHERE c.business_id = wanted.business_id AND c.id = wanted.conversation_id
    RETURNING c.* INTO standing;
    UPDATE outbox o SET status = 'cancelled', done_at = p_now, body = ''
    WHERE o.conversation_id = wanted.conversation_id AND o.business_id = wanted.business_id AND o.done_at IS NULL
      AND o.kind = 'talk' AND o.status = 'waiting';
  END IF;
  IF wanted.external_id <> '' THEN
    UPDATE conversations c SET external_id = wanted.external_id
    WHERE c.business_id = wanted.business_id AND c.id = wanted.conversation_id
    RETURNING c.* INTO standing;
  END IF;
  PERFORM write_messages(wanted.messages, zeros[1:json_array_length(wanted.messages)], '{0}');
  PERFORM write_outbox(wanted.outbox, zeros[1:json_array_length(wanted.outbox)], '{0}', standing.control_epoch);
  PERFORM write_timers(wanted.timers, zeros[1:json_array_length(wanted.timers)], wanted.cancels, '{0}');
  RETURN standing;
END $$;
--;;
CREATE OR REPLACE FUNCTION change_control(p_change json, p_now timestamptz)
RETURNS TABLE (
  c_id text, c_account_id text, c_customer_id text, c_external_id text, c_owner text, c_control_epoch integer, c_version integer,
  c_stage text, c_created_at timestamptz, c_last_heard_at timestamptz, c_owner_id text, c_reason text, c_language text,
  c_opted_out boolean)
LANGUAGE plpgsql AS $$
DECLARE
  standing conversations;
BEGIN
  PERFORM set_config('app.businesses', p_change->>'business_id', true);
  standing := apply_change(p_change, p_now);
  RETURN QUERY SELECT standing.id::text, standing.account_id::text, standing.customer_id::text, standing.external_id,
    standing.owner, standing.control_epoch, standing.version, standing.stage, standing.created_at, standing.last_heard_at,
    standing.owner_id, standing.reason, standing.language, standing.opted_out;
END $$;
--;;
CREATE OR REPLACE FUNCTION settle_claims(p_businesses text, p_now timestamptz, p_claims json, p_changes json, p_told json)
RETURNS TABLE (o integer, outcome text, due double precision, freed boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  good integer[];
  lost integer[] := '{}';
  ended integer[];
  one record;
BEGIN
  PERFORM set_config('app.businesses', p_businesses, true);
  -- The claims' own lanes, and those in which a change leaves mail.
  PERFORM 1 FROM lanes l
  WHERE l.lane = ANY (ARRAY(
    SELECT c.lane FROM json_to_recordset(p_claims) AS c(lane text)
    UNION
    SELECT a.lane FROM json_to_recordset(p_changes) AS c(arrivals json), json_to_recordset(c.arrivals) AS a(lane text)))
  ORDER BY l.lane FOR NO KEY UPDATE;
  SELECT coalesce(array_agg(s.o), '{}') INTO good FROM (
    SELECT DISTINCT ON (c.lane) c.o FROM json_to_recordset(p_claims) AS c(o integer, lane text, fence integer)
    JOIN lanes l ON l.lane = c.lane AND l.fence = c.fence
    ORDER BY c.lane, c.o) s;
  PERFORM 1 FROM conversations v
  WHERE v.business_id = ANY (string_to_array(p_businesses, ',')) AND v.id = ANY (ARRAY(
    SELECT c.conversation_id FROM json_to_recordset(p_changes) AS c(o integer, conversation_id text) WHERE c.o = ANY (good)
    UNION
    SELECT t.conversation_id FROM json_to_recordset(p_told) AS t(o integer, conversation_id text) WHERE t.o = ANY (good)))
  ORDER BY v.business_id, v.id FOR NO KEY UPDATE;
  FOR one IN
    SELECT (c.v->>'o')::integer AS o, c.v FROM json_array_elements(p_changes) AS c(v)
    WHERE (c.v->>'o')::integer = ANY (good) ORDER BY 1
  LOOP
    BEGIN
      PERFORM apply_change(one.v, p_now);
    EXCEPTION WHEN SQLSTATE 'FD410' THEN
      good := array_remove(good, one.o);
      lost := lost || one.o;
    END;
  END LOOP;
  ended := end_rows(p_told, good, p_now);
  PERFORM write_deliveries(p_told, good);
  RETURN QUERY
  WITH released AS MATERIALIZED (SELECT * FROM release_lanes(p_claims, good, p_now))
  SELECT c.o,
         CASE WHEN c.o = ANY (good) THEN 'committed' WHEN c.o = ANY (lost) THEN 'control_lost' ELSE 'fenced' END,
         r.due, c.o = ANY (ended)
  FROM json_to_recordset(p_claims) AS c(o integer) LEFT JOIN released r ON r.o = c.o;
END $$;
