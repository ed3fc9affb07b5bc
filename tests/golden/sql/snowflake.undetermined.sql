WITH "customers 0" AS (
  SELECT
    "s"."customer_id" AS "row key",
    CAST("s"."amount" AS DOUBLE) AS "amount raw",
    "s"."kind" AS "kind raw",
    "s"."city" AS "city raw",
    "s"."since" AS "since raw"
  FROM "dw"."customers" AS "s"
), "customers 1" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."amount raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN ABS("s"."amount raw") < CAST('10000000000000.0' AS DOUBLE)
      THEN "s"."amount raw"
    END AS "amount",
    CASE WHEN COLLATE("s"."kind raw", '') IN ('a', 'b') THEN COLLATE("s"."kind raw", '') END AS "kind",
    CASE
      WHEN (
        LENGTH("s"."city raw") <= 10000
      ) AND (
        CHARINDEX(CHR(0), "s"."city raw") = 0
      )
      THEN COLLATE("s"."city raw", '')
    END AS "city",
    CASE
      WHEN (
        "s"."since raw" >= TO_DATE('0001-01-01', 'YYYY-MM-DD')
      )
      AND (
        "s"."since raw" <= TO_DATE('9999-12-31', 'YYYY-MM-DD')
      )
      THEN "s"."since raw"
    END AS "since",
    CASE
      WHEN "s"."amount raw" IS NULL
      THEN 'null'
      WHEN "s"."amount raw" = CAST('NaN' AS DOUBLE)
      THEN 'nan'
      WHEN ABS("s"."amount raw") = CAST('inf' AS DOUBLE)
      THEN 'infinite'
      ELSE 'out_of_domain'
    END AS "amount cause",
    CASE WHEN "s"."kind raw" IS NULL THEN 'null' ELSE 'not_in_values' END AS "kind cause",
    CASE WHEN "s"."since raw" IS NULL THEN 'null' ELSE 'out_of_domain' END AS "since cause",
    CASE WHEN "s"."city raw" IS NULL THEN 'null' ELSE 'out_of_domain' END AS "city cause",
    CAST(NULL AS VARCHAR) AS "row error"
  FROM "customers 0" AS "s"
), "customers 2" AS (
  SELECT
    "s".*,
    CASE
      WHEN COLLATE("s"."city", '') IN ('x', '北京')
      THEN 'gold'
      WHEN (
        COLLATE("s"."city", '') IN ('x', '北京')
      ) IS NULL
      THEN NULL
      WHEN TRUE
      THEN 'silver'
      ELSE ''
    END AS "value",
    CASE WHEN COLLATE("s"."city", '') IN ('x', '北京') THEN 0 WHEN TRUE THEN 1 ELSE 2 END AS "part 1"
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
        "s"."amount" > CAST('10000.0' AS DOUBLE)
      )
      OR (
        (
          COLLATE("s"."kind", '') = 'a'
        ) AND (
          "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
        )
      )
    ) IS NULL AS "rule 0",
    "s"."amount" IS NULL AS "rule 1",
    (
      (
        (
          COLLATE("s"."kind", '') = 'a'
        ) AND (
          "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
        )
      ) IS NULL
    )
    AND (
      "s"."kind" IS NULL
    ) AS "rule 2",
    (
      (
        (
          COLLATE("s"."kind", '') = 'a'
        ) AND (
          "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
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
      ) AS BIGINT)
    END AS "true_0"
  FROM "rules 0" AS "s"
), "gaps" AS (
  SELECT
    *
  FROM (VALUES
    (
      0,
      1,
      0,
      2,
      CAST('VIP' AS VARCHAR),
      CAST('vip' AS VARCHAR),
      CAST('amount' AS VARCHAR),
      CAST(NULL AS VARCHAR),
      0
    ),
    (0, 1, 0, 4, 'VIP', 'vip', 'kind', NULL, 1),
    (0, 1, 0, 8, 'VIP', 'vip', 'since', NULL, 2),
    (0, 16, 0, 32, 'value', NULL, 'city', NULL, 3)) AS "s"("word", "mask", "word_2", "mask_2", "target", "rule", "dimension", "cause", "found")
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
    (
      BITAND("s"."true_0", "t"."mask")
    ) = "t"."mask"
  )
  AND (
    (
      BITAND("s"."true_0", "t"."mask_2")
    ) = "t"."mask_2"
  )
