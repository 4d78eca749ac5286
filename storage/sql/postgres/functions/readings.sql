-- Readings: what is taken and used up, one call for as much as is asked. Rows of one resource are disjoint, so of those that
-- begin before the range that is asked for only the last can reach into it: the history is never read.

CREATE OR REPLACE FUNCTION busy_times(p_businesses text, p_wanted json)
RETURNS TABLE (o integer, resource_id text, starts_at timestamptz, ends_at timestamptz, owner_id text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('app.businesses', p_businesses, true);
  RETURN QUERY
  SELECT w.o, c.resource_id::text, c.starts_at, c.ends_at, coalesce(c.hold_id, c.booking_id, c.session_id)::text
  FROM json_to_recordset(p_wanted) AS w(
    o integer, business_id text, resources text[], starts_at timestamptz, ends_at timestamptz, moment timestamptz, without text[])
  CROSS JOIN LATERAL unnest(w.resources) AS t(id)
  CROSS JOIN LATERAL (
    SELECT coalesce(max(c.starts_at), w.starts_at) AS at FROM occupancy c
    WHERE c.business_id = w.business_id AND c.resource_id = t.id AND c.starts_at <= w.starts_at) l
  CROSS JOIN LATERAL (
    SELECT * FROM occupancy c
    WHERE c.business_id = w.business_id AND c.resource_id = t.id AND c.starts_at >= l.at AND c.starts_at < w.ends_at
      AND c.ends_at > w.starts_at
      AND (c.expires_at IS NULL OR c.expires_at > w.moment)
      AND NOT coalesce(c.hold_id, c.booking_id, c.session_id) = ANY (w.without)
      AND (c.session_id IS NULL OR cardinality(w.without) = 0 OR EXISTS (  -- a class that somebody else is in as well
        SELECT 1 FROM counter_uses u
        WHERE u.business_id = w.business_id AND u.session_id = c.session_id AND NOT u.owner_id = ANY (w.without)
          AND (u.expires_at IS NULL OR u.expires_at > w.moment)))
    OFFSET 0) c
  ORDER BY w.o, c.resource_id, c.starts_at;
END $$;
--;;
CREATE OR REPLACE FUNCTION occupied_times(p_business text, p_resources text[], p_from timestamptz, p_until timestamptz)
RETURNS TABLE (resource_id text, version integer, starts bytea, ends bytea, expires bytea, owners text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  -- Epoch minutes as four bytes each, owners with a space between them; one snapshot, so that the version is the rows'.
  PERFORM set_config('app.businesses', p_business, true);
  RETURN QUERY
  SELECT r.id::text, r.calendar_version, b.starts, b.ends, b.expires, b.owners
  FROM unnest(p_resources) AS t(id)
  CROSS JOIN LATERAL (
    SELECT r.id, r.calendar_version FROM resources r WHERE r.business_id = p_business AND r.id = t.id OFFSET 0) r
  CROSS JOIN LATERAL (
    SELECT coalesce(max(c.starts_at), p_from) AS at FROM occupancy c
    WHERE c.business_id = p_business AND c.resource_id = t.id AND c.starts_at <= p_from) l
  LEFT JOIN LATERAL (
    SELECT string_agg(int4send(floor(date_part('epoch', s.starts_at) / 60)::integer), '') AS starts,
           string_agg(int4send(ceil(date_part('epoch', s.ends_at) / 60)::integer), '') AS ends,
           string_agg(int4send(coalesce(ceil(date_part('epoch', s.expires_at) / 60), 0)::integer), '') AS expires,
           string_agg(s.owner_id, ' ') AS owners
    FROM (
      SELECT c.starts_at, c.ends_at, c.expires_at, coalesce(c.booking_id, c.hold_id, c.session_id) AS owner_id
      FROM occupancy c
      WHERE c.business_id = p_business AND c.resource_id = t.id AND c.starts_at >= l.at AND c.starts_at < p_until
        AND c.ends_at > p_from
      ORDER BY c.starts_at) s) b ON true;
END $$;
--;;
CREATE OR REPLACE FUNCTION calendar_versions(p_business text, p_resources text[]) RETURNS TABLE (resource_id text, version integer)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.businesses', p_business, true);
  RETURN QUERY SELECT r.id::text, r.calendar_version FROM resources r WHERE r.business_id = p_business AND r.id = ANY (p_resources);
END $$;
--;;
CREATE OR REPLACE FUNCTION used_counts(
  p_business text, p_keys text[], p_from timestamptz, p_until timestamptz, p_now timestamptz, p_without text[])
RETURNS TABLE (key text, bucket timestamptz, used integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
  PERFORM set_config('app.businesses', p_business, true);
  RETURN QUERY
  SELECT t.key, c.bucket, c.used FROM unnest(p_keys) AS t(key)
  CROSS JOIN LATERAL (
    SELECT k.bucket, (k.used - coalesce((
      SELECT sum(u.amount) FROM counter_uses u
      WHERE u.business_id = p_business AND u.key = t.key AND u.bucket = k.bucket AND u.expires_at IS NOT NULL
        AND u.expires_at <= p_now AND NOT u.owner_id = ANY (p_without)), 0) - coalesce((
      SELECT sum(u.amount) FROM counter_uses u
      WHERE u.business_id = p_business AND u.owner_id = ANY (p_without) AND u.key = t.key AND u.bucket = k.bucket), 0)
      )::integer AS used
    FROM counters k WHERE k.business_id = p_business AND k.key = t.key AND k.bucket >= p_from AND k.bucket < p_until
    OFFSET 0) c
  WHERE c.used > 0;
END $$;
