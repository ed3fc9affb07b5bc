WITH "customers 0" AS (
  SELECT
    "s"."customer_id" AS "row key",
    CAST("s"."amount" AS Nullable(Float64)) AS "amount raw",
    "s"."kind" AS "kind raw",
    "s"."city" AS "city raw",
    "s"."since" AS "since raw"
  FROM "dw"."customers" AS "s"
), "customers 1" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."amount raw") < CAST('1e-18' AS Nullable(Float64))
      THEN CAST('0.0' AS Nullable(Float64))
      WHEN ABS("s"."amount raw") < CAST('10000000000000.0' AS Nullable(Float64))
      THEN "s"."amount raw"
    END AS "amount",
    CASE WHEN "s"."kind raw" IN ('a', 'b') THEN "s"."kind raw" END AS "kind",
    CASE
      WHEN (
        lengthUTF8("s"."city raw") <= 10000
      ) AND (
        position("s"."city raw", char(0)) = 0
      )
      THEN "s"."city raw"
    END AS "city",
    CASE
      WHEN (
        "s"."since raw" >= CAST('1900-01-01' AS Nullable(Date32))
      )
      AND (
        "s"."since raw" <= CAST('2299-12-31' AS Nullable(Date32))
      )
      THEN "s"."since raw"
    END AS "since",
    CAST(NULL AS Nullable(String)) AS "row error"
  FROM "customers 0" AS "s"
), "customers 2" AS (
  SELECT
    "s".*,
    CASE
      WHEN "s"."city" IN ('x', '北京')
      THEN 'gold'
      WHEN (
        "s"."city" IN ('x', '北京')
      ) IS NULL
      THEN NULL
      WHEN TRUE
      THEN 'silver'
      ELSE ''
    END AS "value"
  FROM "customers 1" AS "s"
), "rules 0" AS (
  SELECT
    "s".*,
    (
      "s"."amount" > CAST('10000.0' AS Nullable(Float64))
    )
    OR (
      (
        "s"."kind" = 'a'
      ) AND (
        "s"."since" < CAST('2025-01-01' AS Nullable(Date32))
      )
    ) AS "rule 0",
    "s"."value" = 'gold' AS "rule 1"
  FROM "customers 2" AS "s"
), "words 0" AS (
  SELECT
    "s"."row key",
    "s"."row error",
    CASE
      WHEN "s"."row error" IS NULL
      THEN CAST(CASE WHEN "s"."rule 0" THEN 1 ELSE 0 END + CASE WHEN "s"."rule 1" THEN 2 ELSE 0 END AS Nullable(Int64))
    END AS "true_0"
  FROM "rules 0" AS "s"
), "tags" AS (
  SELECT
    'VIP' AS "tag",
    0 AS "word",
    1 AS "mask"
  UNION ALL
  SELECT
    'Gold',
    0,
    2
)
SELECT
  "s"."row key" AS "customer_id",
  "t"."tag" AS "tag"
FROM "words 0" AS "s"
JOIN "tags" AS "t"
  ON bitAnd("s"."true_0", "t"."mask") <> 0
SETTINGS join_use_nulls = 1, transform_null_in = 0, precise_float_parsing = 1
