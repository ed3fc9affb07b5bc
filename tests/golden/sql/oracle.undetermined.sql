WITH "customers 0" AS (
  SELECT
    "s"."customer_id" AS "row key",
    CAST("s"."amount" AS BINARY_DOUBLE) AS "amount raw",
    "s"."kind" AS "kind raw",
    "s"."city" AS "city raw",
    TRUNC("s"."since") AS "since raw"
  FROM "dw"."customers" "s"
), "customers 1" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."amount raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN ABS("s"."amount raw") < CAST(10000000000000.0 AS BINARY_DOUBLE)
      THEN "s"."amount raw"
    END AS "amount",
    CASE WHEN "s"."kind raw" COLLATE BINARY IN ('a', 'b') THEN "s"."kind raw" COLLATE BINARY END AS "kind",
    CASE
      WHEN (
        LENGTH("s"."city raw") <= 10000
      ) AND (
        INSTR("s"."city raw", CHR(0)) = 0
      )
      THEN "s"."city raw" COLLATE BINARY
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
      WHEN "s"."amount raw" IS NAN
      THEN 'nan'
      WHEN ABS("s"."amount raw") IS INFINITE
      THEN 'infinite'
      ELSE 'out_of_domain'
    END AS "amount cause",
    CASE WHEN "s"."kind raw" IS NULL THEN 'null' ELSE 'not_in_values' END AS "kind cause",
    CASE WHEN "s"."since raw" IS NULL THEN 'null' ELSE 'out_of_domain' END AS "since cause",
    CASE WHEN "s"."city raw" IS NULL THEN 'null' ELSE 'out_of_domain' END AS "city cause",
    CAST(NULL AS VARCHAR2(4000)) AS "row error"
  FROM "customers 0" "s"
), "customers 2" AS (
  SELECT
    "s".*,
    CASE
      WHEN "s"."city" COLLATE BINARY IN ('x', '北京')
      THEN 'gold'
      WHEN CASE
        WHEN "s"."city" COLLATE BINARY IN ('x', '北京')
        THEN 1
        WHEN NOT (
          "s"."city" COLLATE BINARY IN ('x', '北京')
        )
        THEN 0
      END IS NULL
      THEN NULL
      WHEN 1 = 1
      THEN 'silver'
      ELSE ' '
    END AS "value",
    CASE WHEN "s"."city" COLLATE BINARY IN ('x', '北京') THEN 0 WHEN 1 = 1 THEN 1 ELSE 2 END AS "part 1"
  FROM "customers 1" "s"
), "customers 3" AS (
  SELECT
    "s".*,
    CASE
      WHEN (
        "s"."value" IS NULL
      ) AND (
        (
          "s"."part 1" > 0
        ) AND (
          "s"."city" IS NULL
        )
      )
      THEN 1
      WHEN NOT (
        (
          "s"."value" IS NULL
        ) AND (
          (
            "s"."part 1" > 0
          ) AND (
            "s"."city" IS NULL
          )
        )
      )
      THEN 0
    END AS "part 2"
  FROM "customers 2" "s"
), "rules 0" AS (
  SELECT
    "s".*,
    CASE
      WHEN CASE
        WHEN (
          "s"."amount" > CAST(10000.0 AS BINARY_DOUBLE)
        )
        OR (
          (
            "s"."kind" COLLATE BINARY = 'a'
          ) AND (
            "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
          )
        )
        THEN 1
        WHEN NOT (
          (
            "s"."amount" > CAST(10000.0 AS BINARY_DOUBLE)
          )
          OR (
            (
              "s"."kind" COLLATE BINARY = 'a'
            ) AND (
              "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
            )
          )
        )
        THEN 0
      END IS NULL
      THEN 1
      ELSE 0
    END AS "rule 0",
    CASE WHEN "s"."amount" IS NULL THEN 1 ELSE 0 END AS "rule 1",
    CASE
      WHEN (
        CASE
          WHEN (
            "s"."kind" COLLATE BINARY = 'a'
          ) AND (
            "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
          )
          THEN 1
          WHEN NOT (
            (
              "s"."kind" COLLATE BINARY = 'a'
            ) AND (
              "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
            )
          )
          THEN 0
        END IS NULL
      )
      AND (
        "s"."kind" IS NULL
      )
      THEN 1
      WHEN NOT (
        (
          CASE
            WHEN (
              "s"."kind" COLLATE BINARY = 'a'
            ) AND (
              "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
            )
            THEN 1
            WHEN NOT (
              (
                "s"."kind" COLLATE BINARY = 'a'
              ) AND (
                "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
              )
            )
            THEN 0
          END IS NULL
        )
        AND (
          "s"."kind" IS NULL
        )
      )
      THEN 0
    END AS "rule 2",
    CASE
      WHEN (
        CASE
          WHEN (
            "s"."kind" COLLATE BINARY = 'a'
          ) AND (
            "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
          )
          THEN 1
          WHEN NOT (
            (
              "s"."kind" COLLATE BINARY = 'a'
            ) AND (
              "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
            )
          )
          THEN 0
        END IS NULL
      )
      AND (
        "s"."since" IS NULL
      )
      THEN 1
      WHEN NOT (
        (
          CASE
            WHEN (
              "s"."kind" COLLATE BINARY = 'a'
            ) AND (
              "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
            )
            THEN 1
            WHEN NOT (
              (
                "s"."kind" COLLATE BINARY = 'a'
              ) AND (
                "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
              )
            )
            THEN 0
          END IS NULL
        )
        AND (
          "s"."since" IS NULL
        )
      )
      THEN 0
    END AS "rule 3",
    CASE WHEN "s"."value" IS NULL THEN 1 ELSE 0 END AS "rule 4",
    "s"."part 2" AS "rule 5"
  FROM "customers 3" "s"
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
        CASE WHEN "s"."rule 0" = 1 THEN 1 ELSE 0 END + (
          CASE WHEN "s"."rule 1" = 1 THEN 2 ELSE 0 END + CASE WHEN "s"."rule 2" = 1 THEN 4 ELSE 0 END
        )
      ) + (
        CASE WHEN "s"."rule 3" = 1 THEN 8 ELSE 0 END + (
          CASE WHEN "s"."rule 4" = 1 THEN 16 ELSE 0 END + CASE WHEN "s"."rule 5" = 1 THEN 32 ELSE 0 END
        )
      ) AS NUMBER(19))
    END AS "true_0"
  FROM "rules 0" "s"
), "gaps" AS (
  SELECT
    0 AS "word",
    1 AS "mask",
    0 AS "word_2",
    2 AS "mask_2",
    CAST('VIP' AS VARCHAR2(4000)) AS "target",
    CAST('vip' AS VARCHAR2(4000)) AS "rule",
    CAST('amount' AS VARCHAR2(4000)) AS "dimension",
    CAST(NULL AS VARCHAR2(4000)) AS "cause",
    0 AS "found"
  FROM DUAL
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
  FROM DUAL
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
  FROM DUAL
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
  FROM DUAL
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
FROM "words 0" "s"
JOIN "gaps" "t"
  ON (
    BITAND("s"."true_0", "t"."mask") = "t"."mask"
  )
  AND (
    BITAND("s"."true_0", "t"."mask_2") = "t"."mask_2"
  )
