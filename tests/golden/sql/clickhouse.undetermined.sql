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
    CASE
      WHEN "s"."amount raw" IS NULL
      THEN 'null'
      WHEN isNaN("s"."amount raw")
      THEN 'nan'
      WHEN isInfinite("s"."amount raw")
      THEN 'infinite'
      ELSE 'out_of_domain'
    END AS "amount cause",
    CASE WHEN "s"."kind raw" IS NULL THEN 'null' ELSE 'not_in_values' END AS "kind cause",
    CASE WHEN "s"."since raw" IS NULL THEN 'null' ELSE 'out_of_domain' END AS "since cause",
    CASE WHEN "s"."city raw" IS NULL THEN 'null' ELSE 'out_of_domain' END AS "city cause",
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
    END AS "value",
    CASE WHEN "s"."city" IN ('x', '北京') THEN 0 WHEN TRUE THEN 1 ELSE 2 END AS "part 1"
  FROM "customers 1" AS "s"
), "customers 3" AS (
  SELECT
    "s".*,
    (
      "s"."value" IS NULL
    ) AND (
      (
        "s"."part 1" > 0
      ) AND (
        "s"."city" IS NULL
      )
    ) AS "part 2"
  FROM "customers 2" AS "s"
), "rules 0" AS (
  SELECT
    "s".*,
    (
      (
        "s"."amount" > CAST('10000.0' AS Nullable(Float64))
      )
      OR (
        (
          "s"."kind" = 'a'
        ) AND (
          "s"."since" < CAST('2025-01-01' AS Nullable(Date32))
        )
      )
    ) IS NULL AS "rule 0",
    "s"."amount" IS NULL AS "rule 1",
    (
      (
        (
          "s"."kind" = 'a'
        ) AND (
          "s"."since" < CAST('2025-01-01' AS Nullable(Date32))
        )
      ) IS NULL
    )
    AND (
      "s"."kind" IS NULL
    ) AS "rule 2",
    (
      (
        (
          "s"."kind" = 'a'
        ) AND (
          "s"."since" < CAST('2025-01-01' AS Nullable(Date32))
        )
      ) IS NULL
    )
    AND (
      "s"."since" IS NULL
    ) AS "rule 3",
    "s"."value" IS NULL AS "rule 4",
    "s"."part 2" AS "rule 5"
  FROM "customers 3" AS "s"
), "words 0" AS (
  SELECT
    "s"."row key",
    "s"."amount cause",
    "s"."kind cause",
    "s"."since cause",
    "s"."city cause",
    "s"."row error",
    CASE
      WHEN "s"."row error" IS NULL
      THEN CAST((
        CASE WHEN "s"."rule 0" THEN 1 ELSE 0 END + (
          CASE WHEN "s"."rule 1" THEN 2 ELSE 0 END + CASE WHEN "s"."rule 2" THEN 4 ELSE 0 END
        )
      ) + (
        CASE WHEN "s"."rule 3" THEN 8 ELSE 0 END + (
          CASE WHEN "s"."rule 4" THEN 16 ELSE 0 END + CASE WHEN "s"."rule 5" THEN 32 ELSE 0 END
        )
      ) AS Nullable(Int64))
    END AS "true_0"
  FROM "rules 0" AS "s"
), "gaps" AS (
  SELECT
    0 AS "word",
    1 AS "mask",
    0 AS "word_2",
    2 AS "mask_2",
    CAST('VIP' AS Nullable(String)) AS "target",
    CAST('vip' AS Nullable(String)) AS "rule",
    CAST('amount' AS Nullable(String)) AS "dimension",
    CAST(NULL AS Nullable(String)) AS "cause",
    0 AS "found"
  UNION ALL
  SELECT
    0,
    1,
    0,
    4,
    'VIP',
    'vip',
    'kind',
    NULL,
    1
  UNION ALL
  SELECT
    0,
    1,
    0,
    8,
    'VIP',
    'vip',
    'since',
    NULL,
    2
  UNION ALL
  SELECT
    0,
    16,
    0,
    32,
    'value',
    NULL,
    'city',
    NULL,
    3
)
SELECT
  "s"."row key" AS "customer_id",
  "t"."target",
  "t"."rule",
  "t"."dimension",
  COALESCE(
    "t"."cause",
    CASE
      WHEN "t"."found" = 0
      THEN "s"."amount cause"
      WHEN "t"."found" = 1
      THEN "s"."kind cause"
      WHEN "t"."found" = 2
      THEN "s"."since cause"
      WHEN "t"."found" = 3
      THEN "s"."city cause"
    END
  ) AS "cause"
FROM "words 0" AS "s"
JOIN "gaps" AS "t"
  ON (
    bitAnd("s"."true_0", "t"."mask") = "t"."mask"
  )
  AND (
    bitAnd("s"."true_0", "t"."mask_2") = "t"."mask_2"
  )
SETTINGS join_use_nulls = 1, transform_null_in = 0, precise_float_parsing = 1
