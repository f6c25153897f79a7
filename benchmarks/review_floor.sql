-- The floor of the review: every figure of `cops-review/1`, for each year with a row and for the whole
-- contract (level 0), in one statement, on SQLite and on PostgreSQL. %(contract)s is the primary key of the contract.
WITH cube AS (
    SELECT
        r.year, r.is_planned, r.status, r.reason, a.counting_unit AS unit,
        COUNT(*) AS n,
        SUM(r.planned_budget) AS budget,
        SUM(r.actual_cost) AS cost,
        SUM(r.planned_budget) FILTER (WHERE r.planned_budget > 0
            AND (r.actual_cost IS NOT NULL OR r.status IN ('postponed', 'dropped', 'not_done'))
        ) AS executed_budget,
        SUM(r.actual_cost) FILTER (WHERE r.planned_budget > 0) AS executed_cost,
        COUNT(*) FILTER (WHERE r.actual_cost IS NOT NULL AND r.actual_count > 0) AS unit_actions,
        SUM(r.actual_cost) FILTER (WHERE r.actual_count > 0) AS unit_cost,
        SUM(r.actual_count) FILTER (WHERE r.actual_cost IS NOT NULL AND r.actual_count > 0) AS unit_count,
        COUNT(*) FILTER (WHERE r.actual_cost IS NOT NULL AND r.actual_count > 0
            AND r.planned_budget IS NOT NULL AND r.planned_count > 0) AS compared_actions,
        SUM(r.actual_cost) FILTER (WHERE r.actual_count > 0
            AND r.planned_budget IS NOT NULL AND r.planned_count > 0) AS compared_cost,
        SUM(r.actual_count) FILTER (WHERE r.actual_cost IS NOT NULL AND r.actual_count > 0
            AND r.planned_budget IS NOT NULL AND r.planned_count > 0) AS compared_count,
        SUM(r.planned_budget) FILTER (WHERE r.actual_cost IS NOT NULL AND r.actual_count > 0
            AND r.planned_count > 0) AS compared_budget,
        SUM(r.planned_count) FILTER (WHERE r.actual_cost IS NOT NULL AND r.actual_count > 0
            AND r.planned_budget IS NOT NULL AND r.planned_count > 0) AS compared_planned_count
    FROM actions_actionyear r
    JOIN actions_action a ON a.id = r.action_id
    WHERE a.contract_id = %(contract)s
    GROUP BY r.year, r.is_planned, r.status, r.reason, a.counting_unit
),
measures AS (
    SELECT r.year, ROW_NUMBER() OVER (PARTITION BY v.indicator_id ORDER BY r.year DESC) AS age,
        v.value IS NOT NULL AS has_value,
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
    WHERE a.contract_id = %(contract)s
        AND i.nature IN ('result', 'impact') AND v.target IS NOT NULL
),
efficacy AS (
    SELECT year,
        COUNT(*) AS with_target,
        COUNT(*) FILTER (WHERE has_value) AS with_value,
        COUNT(*) FILTER (WHERE is_met) AS met,
        SUM(CASE WHEN attained < 0 THEN 0 WHEN attained > 1 THEN 1 ELSE attained END) * 1.0 AS attained
    FROM measures GROUP BY year
    UNION ALL
    SELECT 0,
        COUNT(*) AS with_target,
        COUNT(*) FILTER (WHERE has_value) AS with_value,
        COUNT(*) FILTER (WHERE is_met) AS met,
        SUM(CASE WHEN attained < 0 THEN 0 WHEN attained > 1 THEN 1 ELSE attained END) * 1.0 AS attained
    FROM measures WHERE age = 1
),
funding AS (
    SELECT r.year, SUM(f.requested) AS requested, SUM(f.granted) AS granted, SUM(f.paid) AS paid
    FROM actions_funding f
    JOIN actions_actionyear r ON r.id = f.action_year_id
    JOIN actions_action a ON a.id = r.action_id
    WHERE a.contract_id = %(contract)s
    GROUP BY r.year
),
all_funding AS (
    SELECT year, requested, granted, paid FROM funding
    UNION ALL
    SELECT 0, SUM(requested), SUM(granted), SUM(paid) FROM funding
),
outcome AS (
    SELECT r.action_id,
        COUNT(*) FILTER (WHERE r.status = 'done') AS done,
        COUNT(*) FILTER (WHERE r.status = 'partial') AS partial
    FROM actions_actionyear r
    JOIN actions_action a ON a.id = r.action_id
    WHERE a.contract_id = %(contract)s AND r.is_planned
    GROUP BY r.action_id
),
levels AS (
    SELECT cube.year AS level, cube.* FROM cube
    UNION ALL
    SELECT 0, cube.* FROM cube
),
figures AS (
    SELECT
        level,
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
            AS facilities_planned_cost_per_unit
    FROM levels GROUP BY level
)
SELECT
    figures.*,
    efficacy.with_target, efficacy.with_value, efficacy.met,
    efficacy.with_value * 1.0 / NULLIF(efficacy.with_target, 0) AS coverage,
    efficacy.met * 1.0 / NULLIF(efficacy.with_value, 0) AS efficacy_rate,
    efficacy.attained / NULLIF(efficacy.with_value, 0) AS mean_attainment,
    all_funding.requested, all_funding.granted, all_funding.paid,
    (SELECT COUNT(*) FROM outcome) AS actions_planned,
    (SELECT COUNT(*) FROM outcome WHERE done > 0) AS actions_done,
    (SELECT COUNT(*) FROM outcome WHERE done = 0 AND partial > 0) AS actions_partly
FROM figures
LEFT JOIN efficacy ON efficacy.year = figures.level
LEFT JOIN all_funding ON all_funding.year = figures.level
ORDER BY figures.level
