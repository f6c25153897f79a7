-- The floor of a year's report: every figure of `cops-report/1`, for each action (level 4), objective (3) and
-- axis (2) with a row, and for the contract (1), in one statement, on SQLite and on PostgreSQL.
-- %(contract)s is the primary key of the contract, %(year)s the year.
WITH measures AS (
    SELECT v.action_year_id, v.value IS NOT NULL AS has_value,
        i.direction = 'up' AND v.value >= v.target OR i.direction = 'down' AND v.value <= v.target AS is_met,
        CASE
            WHEN i.direction = 'up' AND i.baseline < v.target
                THEN (v.value - i.baseline) * 1.0 / (v.target - i.baseline)
            WHEN i.direction = 'down' AND i.baseline > v.target
                THEN (i.baseline - v.value) * 1.0 / (i.baseline - v.target)
            WHEN i.direction = 'up' AND v.value >= v.target OR i.direction = 'down' AND v.value <= v.target
                THEN 1
            WHEN v.target <= 0 THEN v.value * 0
            WHEN i.direction = 'up' THEN v.value * 1.0 / v.target
            ELSE v.target * 1.0 / v.value
        END AS attained
    FROM actions_indicatorvalue v
    JOIN actions_indicator i ON i.id = v.indicator_id
    JOIN actions_actionyear r ON r.id = v.action_year_id
    JOIN actions_action a ON a.id = r.action_id
    WHERE a.contract_id = %(contract)s AND r.year = %(year)s
        AND i.nature IN ('result', 'impact') AND v.target IS NOT NULL
),
efficacy AS (
    SELECT action_year_id,
        COUNT(*) AS with_target,
        COUNT(*) FILTER (WHERE has_value) AS with_value,
        COUNT(*) FILTER (WHERE is_met) AS met,
        SUM(CASE WHEN attained < 0 THEN 0 WHEN attained > 1 THEN 1 ELSE attained END) * 1.0 AS attained
    FROM measures GROUP BY action_year_id
),
funding AS (
    SELECT f.action_year_id, SUM(f.requested) AS requested, SUM(f.granted) AS granted, SUM(f.paid) AS paid
    FROM actions_funding f
    JOIN actions_actionyear r ON r.id = f.action_year_id
    JOIN actions_action a ON a.id = r.action_id
    WHERE a.contract_id = %(contract)s AND r.year = %(year)s
    GROUP BY f.action_year_id
),
base AS (
    SELECT
        a.reference, a.title, o.code AS objective, x.number AS axis, l.name AS lead,
        r.is_planned, r.status, r.reason, a.counting_unit AS unit,
        r.planned_budget, r.actual_cost, r.planned_count, r.actual_count,
        funding.requested, funding.granted, funding.paid,
        efficacy.with_target, efficacy.with_value, efficacy.met, efficacy.attained
    FROM actions_actionyear r
    JOIN actions_action a ON a.id = r.action_id
    JOIN contracts_objective o ON o.id = r.objective_id
    JOIN contracts_axis x ON x.id = o.axis_id
    JOIN governance_organisation l ON l.id = r.lead_id
    LEFT JOIN efficacy ON efficacy.action_year_id = r.id
    LEFT JOIN funding ON funding.action_year_id = r.id
    WHERE a.contract_id = %(contract)s AND r.year = %(year)s
),
terms AS (
    SELECT base.*,
        1 AS n, planned_budget AS budget, actual_cost AS cost,
        CASE WHEN planned_budget > 0 AND (actual_cost IS NOT NULL
            OR status IN ('postponed', 'dropped', 'not_done')) THEN planned_budget END AS executed_budget,
        CASE WHEN planned_budget > 0 THEN actual_cost END AS executed_cost,
        CASE WHEN actual_cost IS NOT NULL AND actual_count > 0 THEN 1 ELSE 0 END AS unit_actions,
        CASE WHEN actual_count > 0 THEN actual_cost END AS unit_cost,
        CASE WHEN actual_cost IS NOT NULL AND actual_count > 0 THEN actual_count END AS unit_count,
        CASE WHEN actual_cost IS NOT NULL AND actual_count > 0
            AND planned_budget IS NOT NULL AND planned_count > 0 THEN 1 ELSE 0 END AS compared_actions,
        CASE WHEN actual_count > 0 AND planned_budget IS NOT NULL AND planned_count > 0
            THEN actual_cost END AS compared_cost,
        CASE WHEN actual_cost IS NOT NULL AND actual_count > 0
            AND planned_budget IS NOT NULL AND planned_count > 0 THEN actual_count END AS compared_count,
        CASE WHEN actual_cost IS NOT NULL AND actual_count > 0 AND planned_count > 0
            THEN planned_budget END AS compared_budget,
        CASE WHEN actual_cost IS NOT NULL AND actual_count > 0
            AND planned_budget IS NOT NULL AND planned_count > 0 THEN planned_count
            END AS compared_planned_count
    FROM base
),
cube AS (
    SELECT
        axis, objective, is_planned, status, reason, unit,
        SUM(n) AS n,
        SUM(budget) AS budget,
        SUM(cost) AS cost,
        SUM(executed_budget) AS executed_budget,
        SUM(executed_cost) AS executed_cost,
        SUM(unit_actions) AS unit_actions,
        SUM(unit_cost) AS unit_cost,
        SUM(unit_count) AS unit_count,
        SUM(compared_actions) AS compared_actions,
        SUM(compared_cost) AS compared_cost,
        SUM(compared_count) AS compared_count,
        SUM(compared_budget) AS compared_budget,
        SUM(compared_planned_count) AS compared_planned_count,
        SUM(requested) AS requested,
        SUM(granted) AS granted,
        SUM(paid) AS paid,
        SUM(with_target) AS with_target,
        SUM(with_value) AS with_value,
        SUM(met) AS met,
        SUM(attained) AS attained
    FROM terms GROUP BY axis, objective, is_planned, status, reason, unit
),
levels AS (
    SELECT 1 AS level, '' AS code, cube.* FROM cube
    UNION ALL
    SELECT 2, CAST(axis AS TEXT), cube.* FROM cube
    UNION ALL
    SELECT 3, objective, cube.* FROM cube
)
SELECT level, code, NULL AS title, NULL AS lead, NULL AS was_planned, NULL AS status, NULL AS reason,
        SUM(n) FILTER (WHERE is_planned) AS planned,
        SUM(n) FILTER (WHERE is_planned AND status = 'done') AS done,
        SUM(n) FILTER (WHERE is_planned AND status = 'partial') AS partial,
        SUM(n) FILTER (WHERE is_planned AND status = 'in_progress') AS in_progress,
        SUM(n) FILTER (WHERE is_planned AND status = 'postponed') AS postponed,
        SUM(n) FILTER (WHERE is_planned AND status = 'dropped') AS dropped,
        SUM(n) FILTER (WHERE is_planned AND status = 'not_done') AS not_done,
        SUM(n) FILTER (WHERE is_planned AND status = '') AS unreported,
        SUM(n) FILTER (WHERE NOT is_planned AND status IN ('done', 'partial')) AS done_unplanned,
        SUM(n) FILTER (WHERE is_planned AND status = 'done') * 1.0
            / NULLIF(SUM(n) FILTER (WHERE is_planned), 0) AS rate,
        SUM(n) FILTER (WHERE is_planned AND status IN ('done', 'partial')) * 1.0
            / NULLIF(SUM(n) FILTER (WHERE is_planned), 0) AS rate_at_least_partly,
        SUM(n) FILTER (WHERE is_planned AND reason = 'funding') AS reason_funding,
        SUM(n) FILTER (WHERE is_planned AND reason = 'lead') AS reason_lead,
        SUM(n) FILTER (WHERE is_planned AND reason = 'staffing') AS reason_staffing,
        SUM(n) FILTER (WHERE is_planned AND reason = 'partner') AS reason_partner,
        SUM(n) FILTER (WHERE is_planned AND reason = 'audience') AS reason_audience,
        SUM(n) FILTER (WHERE is_planned AND reason = 'legal') AS reason_legal,
        SUM(n) FILTER (WHERE is_planned AND reason = 'schedule') AS reason_schedule,
        SUM(n) FILTER (WHERE is_planned AND reason = 'decision') AS reason_decision,
        SUM(n) FILTER (WHERE is_planned AND reason = 'duplicate') AS reason_duplicate,
        SUM(n) FILTER (WHERE is_planned AND reason = 'context') AS reason_context,
        SUM(n) FILTER (WHERE is_planned AND reason = 'need_gone') AS reason_need_gone,
        SUM(n) FILTER (WHERE is_planned AND reason = 'technical') AS reason_technical,
        SUM(n) FILTER (WHERE is_planned AND reason = 'other') AS reason_other,
        SUM(budget) FILTER (WHERE is_planned) AS planned_budget,
        SUM(cost) AS actual_cost,
        COALESCE(SUM(executed_cost) FILTER (WHERE is_planned), 0) * 1.0
            / NULLIF(SUM(executed_budget) FILTER (WHERE is_planned), 0) AS execution,
        SUM(unit_actions) FILTER (WHERE unit = 'people') AS people_actions,
        SUM(unit_cost) FILTER (WHERE unit = 'people') AS people_cost,
        SUM(unit_count) FILTER (WHERE unit = 'people') AS people_count,
        SUM(unit_cost) FILTER (WHERE unit = 'people') * 1.0
            / NULLIF(SUM(unit_count) FILTER (WHERE unit = 'people'), 0) AS people_cost_per_unit,
        SUM(compared_actions) FILTER (WHERE unit = 'people') AS people_compared_actions,
        SUM(compared_cost) FILTER (WHERE unit = 'people') * 1.0
            / NULLIF(SUM(compared_count) FILTER (WHERE unit = 'people'), 0)
            AS people_compared_cost_per_unit,
        SUM(compared_budget) FILTER (WHERE unit = 'people') * 1.0
            / NULLIF(SUM(compared_planned_count) FILTER (WHERE unit = 'people'), 0)
            AS people_planned_cost_per_unit,
        SUM(unit_actions) FILTER (WHERE unit = 'families') AS families_actions,
        SUM(unit_cost) FILTER (WHERE unit = 'families') AS families_cost,
        SUM(unit_count) FILTER (WHERE unit = 'families') AS families_count,
        SUM(unit_cost) FILTER (WHERE unit = 'families') * 1.0
            / NULLIF(SUM(unit_count) FILTER (WHERE unit = 'families'), 0) AS families_cost_per_unit,
        SUM(compared_actions) FILTER (WHERE unit = 'families') AS families_compared_actions,
        SUM(compared_cost) FILTER (WHERE unit = 'families') * 1.0
            / NULLIF(SUM(compared_count) FILTER (WHERE unit = 'families'), 0)
            AS families_compared_cost_per_unit,
        SUM(compared_budget) FILTER (WHERE unit = 'families') * 1.0
            / NULLIF(SUM(compared_planned_count) FILTER (WHERE unit = 'families'), 0)
            AS families_planned_cost_per_unit,
        SUM(unit_actions) FILTER (WHERE unit = 'attendances') AS attendances_actions,
        SUM(unit_cost) FILTER (WHERE unit = 'attendances') AS attendances_cost,
        SUM(unit_count) FILTER (WHERE unit = 'attendances') AS attendances_count,
        SUM(unit_cost) FILTER (WHERE unit = 'attendances') * 1.0
            / NULLIF(SUM(unit_count) FILTER (WHERE unit = 'attendances'), 0) AS attendances_cost_per_unit,
        SUM(compared_actions) FILTER (WHERE unit = 'attendances') AS attendances_compared_actions,
        SUM(compared_cost) FILTER (WHERE unit = 'attendances') * 1.0
            / NULLIF(SUM(compared_count) FILTER (WHERE unit = 'attendances'), 0)
            AS attendances_compared_cost_per_unit,
        SUM(compared_budget) FILTER (WHERE unit = 'attendances') * 1.0
            / NULLIF(SUM(compared_planned_count) FILTER (WHERE unit = 'attendances'), 0)
            AS attendances_planned_cost_per_unit,
        SUM(unit_actions) FILTER (WHERE unit = 'interventions') AS interventions_actions,
        SUM(unit_cost) FILTER (WHERE unit = 'interventions') AS interventions_cost,
        SUM(unit_count) FILTER (WHERE unit = 'interventions') AS interventions_count,
        SUM(unit_cost) FILTER (WHERE unit = 'interventions') * 1.0
            / NULLIF(SUM(unit_count) FILTER (WHERE unit = 'interventions'), 0) AS interventions_cost_per_unit,
        SUM(compared_actions) FILTER (WHERE unit = 'interventions') AS interventions_compared_actions,
        SUM(compared_cost) FILTER (WHERE unit = 'interventions') * 1.0
            / NULLIF(SUM(compared_count) FILTER (WHERE unit = 'interventions'), 0)
            AS interventions_compared_cost_per_unit,
        SUM(compared_budget) FILTER (WHERE unit = 'interventions') * 1.0
            / NULLIF(SUM(compared_planned_count) FILTER (WHERE unit = 'interventions'), 0)
            AS interventions_planned_cost_per_unit,
        SUM(unit_actions) FILTER (WHERE unit = 'facilities') AS facilities_actions,
        SUM(unit_cost) FILTER (WHERE unit = 'facilities') AS facilities_cost,
        SUM(unit_count) FILTER (WHERE unit = 'facilities') AS facilities_count,
        SUM(unit_cost) FILTER (WHERE unit = 'facilities') * 1.0
            / NULLIF(SUM(unit_count) FILTER (WHERE unit = 'facilities'), 0) AS facilities_cost_per_unit,
        SUM(compared_actions) FILTER (WHERE unit = 'facilities') AS facilities_compared_actions,
        SUM(compared_cost) FILTER (WHERE unit = 'facilities') * 1.0
            / NULLIF(SUM(compared_count) FILTER (WHERE unit = 'facilities'), 0)
            AS facilities_compared_cost_per_unit,
        SUM(compared_budget) FILTER (WHERE unit = 'facilities') * 1.0
            / NULLIF(SUM(compared_planned_count) FILTER (WHERE unit = 'facilities'), 0)
            AS facilities_planned_cost_per_unit,
        SUM(with_target) AS with_target, SUM(with_value) AS with_value, SUM(met) AS met,
        SUM(with_value) * 1.0 / NULLIF(SUM(with_target), 0) AS coverage,
        SUM(met) * 1.0 / NULLIF(SUM(with_value), 0) AS efficacy_rate,
        SUM(attained) / NULLIF(SUM(with_value), 0) AS mean_attainment,
        SUM(requested) AS requested, SUM(granted) AS granted, SUM(paid) AS paid
FROM levels GROUP BY level, code
UNION ALL
SELECT 4, reference, title, lead, is_planned, status, reason,
        CASE WHEN is_planned THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND status = 'done' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND status = 'partial' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND status = 'in_progress' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND status = 'postponed' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND status = 'dropped' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND status = 'not_done' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND status = '' THEN 1 ELSE 0 END,
        CASE WHEN NOT is_planned AND status IN ('done', 'partial') THEN 1 ELSE 0 END,
        CASE WHEN is_planned THEN CASE WHEN status = 'done' THEN 1.0 ELSE 0.0 END END,
        CASE WHEN is_planned THEN CASE WHEN status IN ('done', 'partial') THEN 1.0 ELSE 0.0 END END,
        CASE WHEN is_planned AND reason = 'funding' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND reason = 'lead' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND reason = 'staffing' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND reason = 'partner' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND reason = 'audience' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND reason = 'legal' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND reason = 'schedule' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND reason = 'decision' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND reason = 'duplicate' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND reason = 'context' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND reason = 'need_gone' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND reason = 'technical' THEN 1 ELSE 0 END,
        CASE WHEN is_planned AND reason = 'other' THEN 1 ELSE 0 END,
        CASE WHEN is_planned THEN budget END,
        cost,
        CASE WHEN is_planned THEN COALESCE(executed_cost, 0) * 1.0 / executed_budget END,
        CASE WHEN unit = 'people' THEN unit_actions END,
        CASE WHEN unit = 'people' THEN unit_cost END,
        CASE WHEN unit = 'people' THEN unit_count END,
        CASE WHEN unit = 'people' THEN unit_cost * 1.0 / unit_count END,
        CASE WHEN unit = 'people' THEN compared_actions END,
        CASE WHEN unit = 'people' THEN compared_cost * 1.0 / compared_count END,
        CASE WHEN unit = 'people' THEN compared_budget * 1.0 / compared_planned_count END,
        CASE WHEN unit = 'families' THEN unit_actions END,
        CASE WHEN unit = 'families' THEN unit_cost END,
        CASE WHEN unit = 'families' THEN unit_count END,
        CASE WHEN unit = 'families' THEN unit_cost * 1.0 / unit_count END,
        CASE WHEN unit = 'families' THEN compared_actions END,
        CASE WHEN unit = 'families' THEN compared_cost * 1.0 / compared_count END,
        CASE WHEN unit = 'families' THEN compared_budget * 1.0 / compared_planned_count END,
        CASE WHEN unit = 'attendances' THEN unit_actions END,
        CASE WHEN unit = 'attendances' THEN unit_cost END,
        CASE WHEN unit = 'attendances' THEN unit_count END,
        CASE WHEN unit = 'attendances' THEN unit_cost * 1.0 / unit_count END,
        CASE WHEN unit = 'attendances' THEN compared_actions END,
        CASE WHEN unit = 'attendances' THEN compared_cost * 1.0 / compared_count END,
        CASE WHEN unit = 'attendances' THEN compared_budget * 1.0 / compared_planned_count END,
        CASE WHEN unit = 'interventions' THEN unit_actions END,
        CASE WHEN unit = 'interventions' THEN unit_cost END,
        CASE WHEN unit = 'interventions' THEN unit_count END,
        CASE WHEN unit = 'interventions' THEN unit_cost * 1.0 / unit_count END,
        CASE WHEN unit = 'interventions' THEN compared_actions END,
        CASE WHEN unit = 'interventions' THEN compared_cost * 1.0 / compared_count END,
        CASE WHEN unit = 'interventions' THEN compared_budget * 1.0 / compared_planned_count END,
        CASE WHEN unit = 'facilities' THEN unit_actions END,
        CASE WHEN unit = 'facilities' THEN unit_cost END,
        CASE WHEN unit = 'facilities' THEN unit_count END,
        CASE WHEN unit = 'facilities' THEN unit_cost * 1.0 / unit_count END,
        CASE WHEN unit = 'facilities' THEN compared_actions END,
        CASE WHEN unit = 'facilities' THEN compared_cost * 1.0 / compared_count END,
        CASE WHEN unit = 'facilities' THEN compared_budget * 1.0 / compared_planned_count END,
        COALESCE(with_target, 0),
        with_value,
        met,
        with_value * 1.0 / NULLIF(with_target, 0),
        met * 1.0 / NULLIF(with_value, 0),
        attained / NULLIF(with_value, 0),
        requested,
        granted,
        paid
FROM terms
ORDER BY 1, 2
