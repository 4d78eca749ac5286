-- Set-up: a business's directory read and written as one document.

CREATE OR REPLACE FUNCTION read_directory(p_business text) RETURNS json
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('app.businesses', p_business, true);
  RETURN (SELECT json_build_object(
    'business', row_to_json(b),
    'places', (SELECT json_agg(row_to_json(p) ORDER BY p.position) FROM places p WHERE p.business_id = b.id),
    'services', (SELECT json_agg(row_to_json(s) ORDER BY s.position) FROM services s WHERE s.business_id = b.id),
    'staff', (SELECT json_agg(row_to_json(s) ORDER BY s.position) FROM staff s WHERE s.business_id = b.id),
    'gives', (SELECT json_agg(row_to_json(g) ORDER BY g.staff_id, g.position) FROM staff_services g WHERE g.business_id = b.id),
    'resources', (SELECT json_agg(row_to_json(r) ORDER BY r.position) FROM resources r WHERE r.business_id = b.id),
    'hours', (SELECT json_agg(row_to_json(h) ORDER BY h.position) FROM weekly_hours h WHERE h.business_id = b.id),
    'overrides', (SELECT json_agg(row_to_json(o) ORDER BY o.position) FROM date_overrides o WHERE o.business_id = b.id),
    'joins', (SELECT json_agg(row_to_json(j) ORDER BY j.position) FROM table_joins j WHERE j.business_id = b.id),
    'faqs', (SELECT json_agg(row_to_json(f) ORDER BY f.position) FROM faqs f WHERE f.business_id = b.id))
  FROM businesses b WHERE b.id = p_business);
END $$;
--;;
CREATE OR REPLACE FUNCTION write_directory(p_business text, p_set_up json) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- Places, services, staff and resources are kept where they stay: calendars go on with them.
  INSERT INTO businesses SELECT * FROM json_populate_record(NULL::businesses, p_set_up->'business')
  ON CONFLICT (id) DO UPDATE SET slug = excluded.slug, name = excluded.name, trade = excluded.trade,
    currency = excluded.currency, country = excluded.country, languages = excluded.languages, policies = excluded.policies,
    links = excluded.links, version = excluded.version;
  DELETE FROM staff_services WHERE business_id = p_business;
  DELETE FROM weekly_hours WHERE business_id = p_business;
  DELETE FROM date_overrides WHERE business_id = p_business;
  DELETE FROM faqs WHERE business_id = p_business;
  DELETE FROM table_joins WHERE business_id = p_business;
  INSERT INTO places SELECT * FROM json_populate_recordset(NULL::places, p_set_up->'places')
  ON CONFLICT (business_id, id) DO UPDATE SET position = excluded.position, name = excluded.name, zone = excluded.zone,
    address = excluded.address, phone = excluded.phone, email = excluded.email, directions = excluded.directions,
    aliases = excluded.aliases;
  INSERT INTO services SELECT * FROM json_populate_recordset(NULL::services, p_set_up->'services')
  ON CONFLICT (business_id, id) DO UPDATE SET position = excluded.position, name = excluded.name, minutes = excluded.minutes,
    price_minor = excluded.price_minor, price_currency = excluded.price_currency, description = excluded.description,
    aliases = excluded.aliases, buffer_before = excluded.buffer_before, buffer_after = excluded.buffer_after,
    needs = excluded.needs, needs_room = excluded.needs_room, equipment = excluded.equipment,
    staff_needed = excluded.staff_needed, seats = excluded.seats, variant_of = excluded.variant_of, addon_to = excluded.addon_to,
    deposit_minor = excluded.deposit_minor, deposit_currency = excluded.deposit_currency, limits = excluded.limits;
  INSERT INTO staff SELECT * FROM json_populate_recordset(NULL::staff, p_set_up->'staff')
  ON CONFLICT (business_id, id) DO UPDATE SET position = excluded.position, name = excluded.name, aliases = excluded.aliases,
    bio = excluded.bio, priority = excluded.priority, limits = excluded.limits;
  INSERT INTO resources (business_id, id, position, place_id, kind, name, min_party, max_party, priority, features, area, online, x, y,
    shape)
  SELECT r.business_id, r.id, r.position, r.place_id, r.kind, r.name, r.min_party, r.max_party, r.priority, r.features, r.area,
    r.online, r.x, r.y, r.shape
  FROM json_populate_recordset(NULL::resources, p_set_up->'resources') r ORDER BY r.id
  ON CONFLICT (business_id, id) DO UPDATE SET position = excluded.position, place_id = excluded.place_id, kind = excluded.kind,
    name = excluded.name, min_party = excluded.min_party, max_party = excluded.max_party, priority = excluded.priority,
    features = excluded.features, area = excluded.area, online = excluded.online, x = excluded.x, y = excluded.y,
    shape = excluded.shape;
  INSERT INTO staff_services SELECT * FROM json_populate_recordset(NULL::staff_services, p_set_up->'gives');
  INSERT INTO table_joins SELECT * FROM json_populate_recordset(NULL::table_joins, p_set_up->'joins');
  INSERT INTO weekly_hours SELECT * FROM json_populate_recordset(NULL::weekly_hours, p_set_up->'hours');
  INSERT INTO date_overrides SELECT * FROM json_populate_recordset(NULL::date_overrides, p_set_up->'overrides');
  INSERT INTO faqs SELECT * FROM json_populate_recordset(NULL::faqs, p_set_up->'faqs');
  DELETE FROM resources r WHERE r.business_id = p_business
    AND NOT EXISTS (SELECT 1 FROM json_array_elements(p_set_up->'resources') k WHERE k->>'id' = r.id);
  DELETE FROM staff s WHERE s.business_id = p_business
    AND NOT EXISTS (SELECT 1 FROM json_array_elements(p_set_up->'staff') k WHERE k->>'id' = s.id);
  DELETE FROM services s WHERE s.business_id = p_business
    AND NOT EXISTS (SELECT 1 FROM json_array_elements(p_set_up->'services') k WHERE k->>'id' = s.id);
  DELETE FROM places p WHERE p.business_id = p_business
    AND NOT EXISTS (SELECT 1 FROM json_array_elements(p_set_up->'places') k WHERE k->>'id' = p.id);
END $$;
--;;
CREATE OR REPLACE FUNCTION write_accounts(p_business text, p_accounts json) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  -- What was connected stays as it is: it has a token, or had one until it was disconnected.
  DELETE FROM accounts a WHERE a.business_id = p_business
    AND NOT EXISTS (SELECT 1 FROM json_array_elements(p_accounts) k WHERE k->>'id' = a.id)
    AND a.external_id <> 'gone:' || a.id
    AND NOT EXISTS (SELECT 1 FROM credentials c WHERE c.business_id = a.business_id AND c.account_id = a.id);
  WITH wanted AS (
    SELECT n.* FROM json_populate_recordset(NULL::accounts, p_accounts) n
    WHERE NOT EXISTS (
      SELECT 1 FROM accounts a
      WHERE a.business_id = n.business_id AND (a.id = n.id OR (a.channel = n.channel AND a.external_id = n.external_id))
        AND (a.external_id = 'gone:' || a.id
          OR EXISTS (SELECT 1 FROM credentials c WHERE c.business_id = a.business_id AND c.account_id = a.id)))
  ), opened AS (
    INSERT INTO endpoints (id, channel)  -- one that is new has no secret yet
    SELECT DISTINCT w.endpoint_id, w.channel FROM wanted w ORDER BY 1
    ON CONFLICT DO NOTHING
  )
  INSERT INTO accounts SELECT w.* FROM wanted w
  ON CONFLICT (business_id, id) DO UPDATE SET channel = excluded.channel, external_id = excluded.external_id,
    endpoint_id = excluded.endpoint_id, name = excluded.name, place_id = excluded.place_id, state = excluded.state,
    problem = excluded.problem, group_id = excluded.group_id;
END $$;
