"""What the set of ``assess_data`` comes to for the database alone, written out by hand.

One statement with the same formulas and roundings: totals, the place within court and function,
and the distance from the mean in standard deviations. It explains nothing and stores nothing.
"""

# What a database administrator would set for such a statement; it then runs on every core.
SETTINGS = """
SET jit = off; SET work_mem = '256MB'; SET max_parallel_workers_per_gather = 2;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
"""
# Twenty figures of each officer side by side, then twenty lines, then what they come to.
STATEMENT = """
WITH amounts AS (
  SELECT p.id, p.cycle_id, p.function, a.*
  FROM appraisal_participant p
  CROSS JOIN LATERAL (
    SELECT count(*) AS figures, {sums}
    FROM appraisal_figure f
    WHERE f.officer_id = p.officer_id AND f.month >= '2026-10-01' AND f.month < '2026-11-01'
    OFFSET 0
  ) a
), points AS (
  SELECT id, cycle_id, function, figures,
    round(10 * least(closed / 20, 1), 2) AS p0,
    CASE WHEN carried_over + new > 0 THEN
      round(10 * least(closed / (0.82 * (carried_over + new)), 1), 2) END AS p1,
    CASE WHEN closed > 0 THEN
      round(10 * greatest(least((within_limit - 0.8 * closed) / (0.2 * closed), 1), 0), 2)
      END AS p2,
    CASE WHEN closed > 0 THEN round(8 * greatest(least(
      CASE WHEN mediated + withdrawn < 0.2 * closed THEN mediated + withdrawn
           WHEN mediated + withdrawn > 0.6 * closed THEN 0.8 * closed - mediated - withdrawn
           ELSE 0.2 * closed END / (0.2 * closed), 1), 0), 2) END AS p3,
    CASE WHEN appealed > 0 THEN
      round(10 * greatest((0.5 * appealed - revised - remanded) / (0.5 * appealed), 0), 2)
      END AS p4,
    greatest(6 - 2 * long_pending, 0) AS p5,
    CASE WHEN carried_over + new > 0 THEN
      round(5 * least(closed / (0.56 * (carried_over + new)), 1), 2) END AS p6,
    CASE WHEN closed > 0 THEN round(4 * greatest(least(
      CASE WHEN summary < 0.3 * closed THEN summary
           WHEN summary > 0.45 * closed THEN 0.75 * closed - summary
           ELSE 0.3 * closed END / (0.3 * closed), 1), 0), 2) END AS p7,
    CASE WHEN new > 0 THEN
      round(4 * greatest(least((closed - 0.5 * new) / (0.5 * new), 1), 0), 2) END AS p8,
    round(4 * least(training, 1), 2) AS p9,
    round(8 * least(quality / 100, 1), 2) AS p10,
    round(6 * least(conduct / 100, 1), 2) AS p11,
    round(4 * least(hearings / 12, 1), 2) AS p12,
    CASE WHEN closed > 0 THEN round(3 * greatest(least(
      CASE WHEN hearings < 0.5 * closed THEN hearings
           WHEN hearings > 1.5 * closed THEN 2 * closed - hearings
           ELSE 0.5 * closed END / (0.5 * closed), 1), 0), 2) END AS p13,
    greatest(3 - 1.5 * complaints, 0) AS p14,
    CASE WHEN closed > 0 THEN
      round(3 * greatest(least((summary + mediated - 0.2 * closed) / (0.5 * closed), 1), 0), 2)
      END AS p15,
    round(2 * least(volunteering, 1), 2) AS p16,
    least(2 * awards, 5) AS b0,
    least(3 * papers, 5) AS b1,
    discipline >= 1 AS vetoed
  FROM amounts
), totals AS (
  SELECT id, cycle_id, function, vetoed,
    CASE WHEN figures = {count} THEN round(100 * (
      p0 + coalesce(p1, 0) + coalesce(p2, 0) + coalesce(p3, 0) + coalesce(p4, 0) + p5
      + coalesce(p6, 0) + coalesce(p7, 0) + coalesce(p8, 0) + p9 + p10 + p11 + p12
      + coalesce(p13, 0) + p14 + coalesce(p15, 0) + p16
    ) / (
      100 - CASE WHEN p1 IS NULL THEN 15 ELSE 0 END - CASE WHEN p2 IS NULL THEN 28 ELSE 0 END
      - CASE WHEN p4 IS NULL THEN 10 ELSE 0 END - CASE WHEN p8 IS NULL THEN 4 ELSE 0 END
    ), 2) + b0 + b1 END AS total
  FROM points
)
SELECT count(*), sum(total), sum(z), count(*) FILTER (WHERE vetoed), sum(place) FROM (
  SELECT vetoed, total,
    rank() OVER (PARTITION BY cycle_id, function ORDER BY total DESC) AS place,
    round((total - avg(total) OVER same) / nullif(stddev_pop(total) OVER same, 0), 3) AS z
  FROM totals
  WINDOW same AS (PARTITION BY cycle_id, function)
) AS standing
"""


def statement(measures: dict[str, int]) -> str:
    """``measures``: the number of each by its code."""
    sums = ",\n      ".join(
        f"sum(f.value) FILTER (WHERE f.measure_id = {number}) AS {code}"
        for code, number in measures.items()
    )
    return STATEMENT.format(sums=sums, count=len(measures))
