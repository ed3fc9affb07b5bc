WITH "orders rows 0" AS (
  SELECT
    "s"."customer" AS "row key",
    "s"."ordered_at" AS "row time",
    CAST("s"."amount" AS DOUBLE) AS "amount raw",
    CAST("s"."pieces" AS DOUBLE) AS "pieces raw",
    "s"."kind" AS "kind raw"
  FROM "dw"."orders" AS "s"
  WHERE
    (
      NOT (
        "s"."customer" IS NULL
      )
    )
    AND (
      (
        "s"."ordered_at" < TO_TIMESTAMP_TZ('2025-11-19 16:00:00.000000 +00:00', 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')
      )
      AND (
        "s"."seen_at" < TO_TIMESTAMP_TZ('2025-11-19 16:00:00.000000 +00:00', 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')
      )
    )
), "orders rows 1" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."amount raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN ABS("s"."amount raw") < CAST('10000000000000.0' AS DOUBLE)
      THEN "s"."amount raw"
    END AS "amount",
    CASE
      WHEN ABS("s"."pieces raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN (
        ABS("s"."pieces raw") <= CAST('9007199254740991.0' AS DOUBLE)
      )
      AND (
        "s"."pieces raw" = FLOOR("s"."pieces raw")
      )
      THEN "s"."pieces raw"
    END AS "pieces",
    CASE WHEN COLLATE("s"."kind raw", '') IN ('x', 'y') THEN COLLATE("s"."kind raw", '') END AS "kind",
    CASE
      WHEN (
        ABS("s"."pieces raw") <= CAST('9007199254740991.0' AS DOUBLE)
      )
      AND (
        NOT (
          "s"."pieces raw" = FLOOR("s"."pieces raw")
        )
      )
      THEN 'orders.pieces'
    END AS "part 2",
    1 AS "item 4"
  FROM "orders rows 0" AS "s"
), "orders rows 2" AS (
  SELECT
    "s".*,
    "s"."amount" / NULLIF("s"."pieces", CAST('0.0' AS DOUBLE)) AS "part 1",
    CASE
      WHEN (
        "s"."row time" >= TO_TIMESTAMP_TZ('2025-10-20 16:00:00.000000 +00:00', 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')
      )
      AND (
        COLLATE("s"."kind", '') = 'x'
      )
      THEN FLOOR((
        "s"."amount" * CAST('100.0' AS DOUBLE)
      ) + CAST('0.5' AS DOUBLE))
    END AS "item 0",
    CASE
      WHEN "s"."row time" >= TO_TIMESTAMP_TZ('2025-10-31 16:00:00.000000 +00:00', 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')
      THEN FLOOR((
        "s"."amount" * CAST('100.0' AS DOUBLE)
      ) + CAST('0.5' AS DOUBLE))
    END AS "item 1",
    "s"."kind" AS "item 5",
    "s"."kind" AS "item 6",
    "s"."pieces" AS "item 7",
    "s"."kind" AS "item 8",
    FLOOR((
      "s"."amount" * CAST('100.0' AS DOUBLE)
    ) + CAST('0.5' AS DOUBLE)) AS "item 9"
  FROM "orders rows 1" AS "s"
), "orders rows 3" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."part 1") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN ABS("s"."part 1") < CAST('10000000000000.0' AS DOUBLE)
      THEN "s"."part 1"
    END AS "price",
    FLOOR("s"."item 0" / CAST('1099511627776.0' AS DOUBLE)) AS "high 0",
    FLOOR("s"."item 1" / CAST('1099511627776.0' AS DOUBLE)) AS "high 1",
    FLOOR("s"."item 9" / CAST('1099511627776.0' AS DOUBLE)) AS "high 9"
  FROM "orders rows 2" AS "s"
), "orders rows 4" AS (
  SELECT
    "s".*,
    "s"."item 0" - (
      "s"."high 0" * CAST('1099511627776.0' AS DOUBLE)
    ) AS "low 0",
    "s"."item 1" - (
      "s"."high 1" * CAST('1099511627776.0' AS DOUBLE)
    ) AS "low 1",
    "s"."price" AS "item 2",
    CASE
      WHEN (
        "s"."row time" >= TO_TIMESTAMP_TZ('2024-10-20 16:00:00.000000 +00:00', 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')
      )
      AND (
        "s"."row time" < TO_TIMESTAMP_TZ('2025-10-20 16:00:00.000000 +00:00', 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')
      )
      THEN "s"."price"
    END AS "item 3",
    "s"."item 9" - (
      "s"."high 9" * CAST('1099511627776.0' AS DOUBLE)
    ) AS "low 9"
  FROM "orders rows 3" AS "s"
), "orders groups" AS (
  SELECT
    "s"."row key",
    COUNT("s"."item 0") AS "count 0",
    CAST(SUM(CAST("s"."high 0" AS BIGINT)) AS BIGINT) AS "high 0",
    CAST(SUM(CAST("s"."low 0" AS BIGINT)) AS BIGINT) AS "low 0",
    COUNT("s"."item 1") AS "count 1",
    CAST(SUM(CAST("s"."high 1" AS BIGINT)) AS BIGINT) AS "high 1",
    CAST(SUM(CAST("s"."low 1" AS BIGINT)) AS BIGINT) AS "low 1",
    MIN("s"."item 2") AS "item 2",
    MAX("s"."item 3") AS "item 3",
    CAST(COUNT("s"."item 4") AS DOUBLE) AS "item 4",
    CAST(COUNT(DISTINCT "s"."item 5") AS DOUBLE) AS "item 5",
    COUNT("s"."item 9") AS "count 9",
    SUM(
      (
        CAST(CAST("s"."high 9" AS BIGINT) AS NUMBER(38, 0)) * CAST(1099511627776 AS NUMBER(38, 0))
      ) + CAST(CAST("s"."low 9" AS BIGINT) AS NUMBER(38, 0))
    ) AS "sum 9",
    SUM(
      (
        (
          CAST(CAST("s"."high 9" AS BIGINT) AS NUMBER(38, 0)) * CAST(1099511627776 AS NUMBER(38, 0))
        ) + CAST(CAST("s"."low 9" AS BIGINT) AS NUMBER(38, 0))
      ) * (
        (
          CAST(CAST("s"."high 9" AS BIGINT) AS NUMBER(38, 0)) * CAST(1099511627776 AS NUMBER(38, 0))
        ) + CAST(CAST("s"."low 9" AS BIGINT) AS NUMBER(38, 0))
      )
    ) AS "squares 9",
    MAX("s"."part 2") AS "row fault"
  FROM "orders rows 4" AS "s"
  GROUP BY
    "s"."row key"
), "orders sums" AS (
  SELECT
    "s"."row key",
    (
      (
        CAST("s"."high 0" + CAST(BITSHIFTRIGHT("s"."low 0", 40) AS BIGINT) AS DOUBLE) * CAST('1099511627776.0' AS DOUBLE)
      ) + CAST(CAST(BITAND("s"."low 0", 1099511627775) AS BIGINT) AS DOUBLE)
    ) / CAST('100.0' AS DOUBLE) AS "item 0",
    (
      (
        CAST("s"."high 1" + CAST(BITSHIFTRIGHT("s"."low 1", 40) AS BIGINT) AS DOUBLE) * CAST('1099511627776.0' AS DOUBLE)
      ) + CAST(CAST(BITAND("s"."low 1", 1099511627775) AS BIGINT) AS DOUBLE)
    ) / NULLIF(CAST("s"."count 1" AS DOUBLE) * CAST('100.0' AS DOUBLE), CAST('0.0' AS DOUBLE)) AS "item 1",
    "s"."item 2",
    "s"."item 3",
    "s"."item 4",
    "s"."item 5",
    CASE
      WHEN "s"."count 9" >= 2
      THEN SQRT(
        CAST(CAST((
          CAST("s"."count 9" AS NUMBER(38, 0)) * CAST("s"."squares 9" AS NUMBER(38, 0))
        ) - (
          CAST("s"."sum 9" AS NUMBER(38, 0)) * CAST("s"."sum 9" AS NUMBER(38, 0))
        ) AS VARCHAR) AS DOUBLE) / (
          CAST("s"."count 9" AS DOUBLE) * (
            CAST("s"."count 9" AS DOUBLE) - CAST('1.0' AS DOUBLE)
          )
        )
      ) / CAST('100.0' AS DOUBLE)
    END AS "item 9",
    "s"."row fault"
  FROM "orders groups" AS "s"
), "orders 6 ranked" AS (
  SELECT
    "s"."row key",
    "s"."item 6",
    ROW_NUMBER() OVER (PARTITION BY "s"."row key" ORDER BY "s"."row time" ASC, "s"."item 6" ASC) AS "place"
  FROM "orders rows 4" AS "s"
  WHERE
    (
      NOT (
        "s"."item 6" IS NULL
      )
    ) AND (
      NOT (
        "s"."row time" IS NULL
      )
    )
), "orders 6" AS (
  SELECT
    "s"."row key",
    "s"."item 6"
  FROM "orders 6 ranked" AS "s"
  WHERE
    "s"."place" = 1
), "orders 7 ranked" AS (
  SELECT
    "s"."row key",
    "s"."item 7",
    ROW_NUMBER() OVER (PARTITION BY "s"."row key" ORDER BY "s"."row time" DESC NULLS LAST, "s"."item 7" ASC) AS "place"
  FROM "orders rows 4" AS "s"
  WHERE
    (
      NOT (
        "s"."item 7" IS NULL
      )
    ) AND (
      NOT (
        "s"."row time" IS NULL
      )
    )
), "orders 7" AS (
  SELECT
    "s"."row key",
    "s"."item 7"
  FROM "orders 7 ranked" AS "s"
  WHERE
    "s"."place" = 1
), "orders 8 counted" AS (
  SELECT
    "s"."row key",
    "s"."item 8",
    COUNT(*) AS "times"
  FROM "orders rows 4" AS "s"
  WHERE
    NOT (
      "s"."item 8" IS NULL
    )
  GROUP BY
    "s"."row key",
    "s"."item 8"
), "orders 8 ranked" AS (
  SELECT
    "s"."row key",
    "s"."item 8",
    ROW_NUMBER() OVER (PARTITION BY "s"."row key" ORDER BY "s"."times" DESC NULLS LAST, "s"."item 8" ASC) AS "place"
  FROM "orders 8 counted" AS "s"
), "orders 8" AS (
  SELECT
    "s"."row key",
    "s"."item 8"
  FROM "orders 8 ranked" AS "s"
  WHERE
    "s"."place" = 1
), "customers 0" AS (
  SELECT
    "s"."customer_id" AS "row key",
    CAST("s"."amount" AS DOUBLE) AS "amount raw",
    CAST("s"."level" AS DOUBLE) AS "level raw",
    CAST("s"."count" AS DOUBLE) AS "count raw",
    CAST("s"."share" AS DOUBLE) AS "share raw",
    "s"."blocked" AS "blocked raw",
    "s"."kind" AS "kind raw",
    "s"."city" AS "city raw",
    "s"."since" AS "since raw",
    "s"."words" AS "words raw",
    COALESCE("t0 0"."item 0", CAST('0.0' AS DOUBLE)) AS "total raw",
    "t0 0"."item 1" AS "mean raw",
    "t0 0"."item 2" AS "least_of raw",
    "t0 0"."item 3" AS "most_of raw",
    COALESCE("t0 0"."item 4", CAST('0.0' AS DOUBLE)) AS "rows raw",
    COALESCE("t0 0"."item 5", CAST('0.0' AS DOUBLE)) AS "kinds raw",
    "t0 1"."item 6" AS "first_of raw",
    "t0 2"."item 7" AS "last_of raw",
    "t0 3"."item 8" AS "usual raw",
    "t0 0"."item 9" AS "spread raw",
    "t0 0"."row fault" AS "orders fault"
  FROM "dw"."customers" AS "s"
  LEFT JOIN "orders sums" AS "t0 0"
    ON "t0 0"."row key" = "s"."customer_id"
  LEFT JOIN "orders 6" AS "t0 1"
    ON "t0 1"."row key" = "s"."customer_id"
  LEFT JOIN "orders 7" AS "t0 2"
    ON "t0 2"."row key" = "s"."customer_id"
  LEFT JOIN "orders 8" AS "t0 3"
    ON "t0 3"."row key" = "s"."customer_id"
), "customers 1" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."amount raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN (
        ABS("s"."amount raw") < CAST('10000000000000.0' AS DOUBLE)
      )
      AND (
        "s"."amount raw" >= CAST('0.0' AS DOUBLE)
      )
      THEN "s"."amount raw"
    END AS "amount",
    COALESCE(
      CASE
        WHEN ABS("s"."level raw") < CAST('1e-18' AS DOUBLE)
        THEN CAST('0.0' AS DOUBLE)
        WHEN ABS("s"."level raw") <= CAST('1e+18' AS DOUBLE)
        THEN "s"."level raw"
      END,
      CAST('0.0' AS DOUBLE)
    ) AS "level",
    CASE
      WHEN ABS("s"."count raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN (
        ABS("s"."count raw") <= CAST('9007199254740991.0' AS DOUBLE)
      )
      AND (
        "s"."count raw" = FLOOR("s"."count raw")
      )
      THEN "s"."count raw"
    END AS "count",
    CASE
      WHEN ABS("s"."share raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN (
        ABS("s"."share raw") <= CAST('1e+18' AS DOUBLE)
      )
      AND (
        "s"."share raw" <= CAST('1.0' AS DOUBLE)
      )
      THEN "s"."share raw"
    END AS "share",
    COALESCE("s"."blocked raw", FALSE) AS "blocked",
    CASE WHEN COLLATE("s"."kind raw", '') IN ('a', 'b', 'c') THEN COLLATE("s"."kind raw", '') END AS "kind",
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
    ARRAY_DISTINCT(ARRAY_COMPACT("s"."words raw")) AS "part 1",
    CASE
      WHEN ABS("s"."total raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN ABS("s"."total raw") < CAST('10000000000000.0' AS DOUBLE)
      THEN "s"."total raw"
    END AS "total",
    CASE
      WHEN ABS("s"."mean raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN ABS("s"."mean raw") <= CAST('1e+18' AS DOUBLE)
      THEN "s"."mean raw"
    END AS "mean",
    CASE
      WHEN ABS("s"."least_of raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN ABS("s"."least_of raw") <= CAST('1e+18' AS DOUBLE)
      THEN "s"."least_of raw"
    END AS "least_of",
    CASE
      WHEN ABS("s"."most_of raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN ABS("s"."most_of raw") <= CAST('1e+18' AS DOUBLE)
      THEN "s"."most_of raw"
    END AS "most_of",
    CASE
      WHEN ABS("s"."rows raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN (
        ABS("s"."rows raw") <= CAST('9007199254740991.0' AS DOUBLE)
      )
      AND (
        "s"."rows raw" = FLOOR("s"."rows raw")
      )
      THEN "s"."rows raw"
    END AS "rows",
    CASE
      WHEN ABS("s"."kinds raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN (
        ABS("s"."kinds raw") <= CAST('9007199254740991.0' AS DOUBLE)
      )
      AND (
        "s"."kinds raw" = FLOOR("s"."kinds raw")
      )
      THEN "s"."kinds raw"
    END AS "kinds",
    CASE WHEN COLLATE("s"."first_of raw", '') IN ('x', 'y') THEN "s"."first_of raw" END AS "first_of",
    CASE
      WHEN ABS("s"."last_of raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN ABS("s"."last_of raw") <= CAST('1e+18' AS DOUBLE)
      THEN "s"."last_of raw"
    END AS "last_of",
    CASE WHEN COLLATE("s"."usual raw", '') IN ('x', 'y') THEN "s"."usual raw" END AS "usual",
    CASE
      WHEN ABS("s"."spread raw") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN ABS("s"."spread raw") <= CAST('1e+18' AS DOUBLE)
      THEN "s"."spread raw"
    END AS "spread"
  FROM "customers 0" AS "s"
), "customers 2" AS (
  SELECT
    "s".*,
    CASE
      WHEN ARRAY_SIZE(ARRAY_EXCEPT("s"."part 1", ARRAY_CONSTRUCT('p', 'q', 'r'))) = 0
      THEN "s"."part 1"
    END AS "words",
    CASE
      WHEN "s"."amount" > CAST('5.0' AS DOUBLE)
      THEN CASE
        WHEN (
          NOT (
            "s"."level" IS NULL
          )
        ) AND (
          NOT (
            "s"."count" IS NULL
          )
        )
        THEN LEAST("s"."level", CAST('1.0' AS DOUBLE), "s"."count")
      END
      WHEN (
        "s"."amount" > CAST('5.0' AS DOUBLE)
      ) IS NULL
      THEN NULL
      WHEN COLLATE("s"."kind", '') = 'a'
      THEN CASE
        WHEN (
          NOT (
            "s"."level" IS NULL
          )
        ) AND (
          NOT (
            "s"."amount" IS NULL
          )
        )
        THEN GREATEST("s"."level", "s"."amount")
      END
      WHEN (
        COLLATE("s"."kind", '') = 'a'
      ) IS NULL
      THEN NULL
      ELSE CAST('0.0' AS DOUBLE) - "s"."level"
    END AS "part 2",
    (
      (
        "s"."amount" / NULLIF("s"."level", CAST('0.0' AS DOUBLE))
      ) > CAST('2.0' AS DOUBLE)
    )
    AND (
      (
        "s"."share" < CAST('0.5' AS DOUBLE)
      ) OR (
        COLLATE("s"."kind", '') <> 'b'
      )
    ) AS "part 3",
    FLOOR(
      (
        (
          CAST('50.0' AS DOUBLE) * CASE
            WHEN (
              "s"."amount" / CAST('100000.0' AS DOUBLE)
            ) <= CAST('0.0' AS DOUBLE)
            THEN CAST('0.0' AS DOUBLE)
            WHEN (
              "s"."amount" / CAST('100000.0' AS DOUBLE)
            ) >= CAST('1.0' AS DOUBLE)
            THEN CAST('1.0' AS DOUBLE)
            WHEN NOT (
              "s"."amount" IS NULL
            )
            THEN "s"."amount" / CAST('100000.0' AS DOUBLE)
          END + (
            CAST('30.0' AS DOUBLE) * CASE
              WHEN "s"."level" >= CAST('10.0' AS DOUBLE)
              THEN CAST('1.0' AS DOUBLE)
              WHEN "s"."level" >= CAST('2.0' AS DOUBLE)
              THEN CAST('0.5' AS DOUBLE) + (
                CAST('0.5' AS DOUBLE) * (
                  (
                    "s"."level" - CAST('2.0' AS DOUBLE)
                  ) / CAST('8.0' AS DOUBLE)
                )
              )
              WHEN "s"."level" >= CAST('0.0' AS DOUBLE)
              THEN CAST('0.0' AS DOUBLE) + (
                CAST('0.5' AS DOUBLE) * (
                  (
                    "s"."level" - CAST('0.0' AS DOUBLE)
                  ) / CAST('2.0' AS DOUBLE)
                )
              )
              WHEN "s"."level" < CAST('0.0' AS DOUBLE)
              THEN CAST('0.0' AS DOUBLE)
            END
          ) + (
            CAST('20.0' AS DOUBLE) * CASE
              WHEN "s"."kind" IS NULL
              THEN CAST('0.1' AS DOUBLE)
              WHEN COLLATE("s"."kind", '') = 'a'
              THEN CAST('1.0' AS DOUBLE)
              WHEN COLLATE("s"."kind", '') = 'b'
              THEN CAST('0.5' AS DOUBLE)
              WHEN COLLATE("s"."kind", '') = 'c'
              THEN CAST('0.0' AS DOUBLE)
            END
          )
        ) * CAST('1000000.0' AS DOUBLE)
      ) + CAST('0.5' AS DOUBLE)
    ) / CAST('1000000.0' AS DOUBLE) AS "part 4",
    NOT (
      "s"."blocked" = TRUE
    ) AS "row eligible",
    CASE
      WHEN (
        ABS("s"."count raw") <= CAST('9007199254740991.0' AS DOUBLE)
      )
      AND (
        NOT (
          "s"."count raw" = FLOOR("s"."count raw")
        )
      )
      THEN 'count'
      WHEN "s"."count" IS NULL
      THEN 'count'
      WHEN NOT (
        "s"."orders fault" IS NULL
      )
      THEN "s"."orders fault"
    END AS "row error"
  FROM "customers 1" AS "s"
), "customers 3" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."part 2") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN ABS("s"."part 2") <= CAST('1e+18' AS DOUBLE)
      THEN "s"."part 2"
    END AS "derived",
    "s"."part 3" AS "named",
    CASE
      WHEN ABS("s"."part 4") < CAST('1e-18' AS DOUBLE)
      THEN CAST('0.0' AS DOUBLE)
      WHEN ABS("s"."part 4") <= CAST('1e+18' AS DOUBLE)
      THEN "s"."part 4"
    END AS "mark",
    "s"."row eligible" AND (
      NOT (
        "s"."amount" IS NULL
      )
    ) AS "part 7",
    "s"."row eligible" AND (
      "s"."amount" > CAST('5.0' AS DOUBLE)
    ) AS "part 8",
    "s"."row eligible" AND (
      "s"."amount" > CAST('1.0' AS DOUBLE)
    ) AS "part 9"
  FROM "customers 2" AS "s"
), "customers 4" AS (
  SELECT
    "s".*,
    "s"."row eligible"
    AND (
      (
        NOT (
          "s"."amount" IS NULL
        )
      ) AND (
        "s"."mark" >= CAST('80.0' AS DOUBLE)
      )
    ) AS "part 5",
    "s"."row eligible"
    AND (
      (
        NOT (
          "s"."amount" IS NULL
        )
      ) AND (
        "s"."named" = TRUE
      )
    ) AS "part 6",
    CASE WHEN "s"."part 8" THEN 'high' WHEN "s"."part 9" THEN 'low' ELSE '' END AS "next"
  FROM "customers 3" AS "s"
), "customers 5" AS (
  SELECT
    "s".*,
    CASE
      WHEN "s"."part 5"
      THEN 'gold'
      WHEN "s"."part 5" IS NULL
      THEN NULL
      WHEN "s"."part 6"
      THEN 'silver'
      WHEN "s"."part 6" IS NULL
      THEN NULL
      WHEN "s"."part 7"
      THEN 'bronze'
      WHEN "s"."part 7" IS NULL
      THEN NULL
      ELSE ''
    END AS "value"
  FROM "customers 4" AS "s"
), "rules 0" AS (
  SELECT
    "s".*,
    "s"."row eligible"
    AND (
      (
        "s"."amount" >= CAST('10000.0' AS DOUBLE)
      )
      AND (
        (
          "s"."level" < CASE
            WHEN COLLATE("s"."kind", '') = 'a'
            THEN CAST('1.0' AS DOUBLE)
            WHEN COLLATE("s"."kind", '') = 'b'
            THEN CAST('2.0' AS DOUBLE)
            WHEN NOT (
              "s"."kind" IS NULL
            )
            THEN CAST('3.0' AS DOUBLE)
          END
        )
        AND (
          (
            "s"."count" >= CAST('2.0' AS DOUBLE)
          ) AND (
            "s"."count" <= CAST('5.0' AS DOUBLE)
          )
        )
      )
    ) AS "rule 0",
    "s"."row eligible"
    AND (
      (
        (
          (
            ABS("s"."level") + FLOOR("s"."amount" * CAST('2.0' AS DOUBLE))
          ) - CEIL("s"."share" / NULLIF(CAST('3.0' AS DOUBLE), CAST('0.0' AS DOUBLE)))
        ) > CAST('10.0' AS DOUBLE)
      )
      OR (
        COALESCE("s"."level", "s"."amount") = CAST('1.0' AS DOUBLE)
      )
    ) AS "rule 1",
    "s"."row eligible"
    AND (
      (
        "s"."count" IN (CAST('1.0' AS DOUBLE), CAST('2.0' AS DOUBLE), CAST('3.0' AS DOUBLE))
      )
      AND (
        (
          NOT (
            COLLATE("s"."kind", '') IN ('a', 'b')
          )
        )
        AND (
          COLLATE("s"."city", '') IN ('x', '北京')
        )
      )
    ) AS "rule 2",
    "s"."row eligible"
    AND (
      (
        (
          SUBSTR(COLLATE("s"."city", ''), 1, 2) = 'ab'
        ) OR (
          RIGHT(COLLATE("s"."city", ''), 2) = 'cd'
        )
      )
      OR (
        (
          CHARINDEX('ef', COLLATE("s"."city", '')) > 0
        )
        OR (
          TRANSLATE(COLLATE("s"."city", ''), 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = 'gh'
        )
      )
    ) AS "rule 3",
    "s"."row eligible"
    AND (
      (
        (
          "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
        )
        AND (
          CAST(DATEDIFF(DAY, "s"."since", TO_DATE('2025-11-20', 'YYYY-MM-DD')) AS DOUBLE) > CAST('30.0' AS DOUBLE)
        )
      )
      AND (
        (
          CAST(DAYOFWEEKISO("s"."since") AS DOUBLE) = CAST('1.0' AS DOUBLE)
        )
        AND (
          CAST(MONTH("s"."since") AS DOUBLE) <> CAST('2.0' AS DOUBLE)
        )
      )
    ) AS "rule 4",
    "s"."row eligible"
    AND (
      CASE
        WHEN (
          CASE WHEN "s"."amount" > CAST('1.0' AS DOUBLE) THEN 1 ELSE 0 END + (
            CASE WHEN "s"."level" > CAST('1.0' AS DOUBLE) THEN 1 ELSE 0 END + CASE WHEN "s"."named" = TRUE THEN 1 ELSE 0 END
          )
        ) >= 2
        THEN TRUE
        WHEN (
          (
            CASE WHEN "s"."amount" > CAST('1.0' AS DOUBLE) THEN 1 ELSE 0 END + (
              CASE WHEN "s"."level" > CAST('1.0' AS DOUBLE) THEN 1 ELSE 0 END + CASE WHEN "s"."named" = TRUE THEN 1 ELSE 0 END
            )
          ) + (
            CASE WHEN (
              "s"."amount" > CAST('1.0' AS DOUBLE)
            ) IS NULL THEN 1 ELSE 0 END + (
              CASE WHEN (
                "s"."level" > CAST('1.0' AS DOUBLE)
              ) IS NULL THEN 1 ELSE 0 END + CASE WHEN (
                "s"."named" = TRUE
              ) IS NULL THEN 1 ELSE 0 END
            )
          )
        ) >= 2
        THEN NULL
        ELSE FALSE
      END
      OR (
        NOT (
          (
            "s"."city" IS NULL
          ) OR (
            NOT (
              "s"."share" IS NULL
            )
          )
        )
      )
    ) AS "rule 5",
    "s"."row eligible"
    AND (
      ARRAY_CONTAINS(TO_VARIANT('p'), "s"."words")
      AND (
        (
          ARRAY_CONTAINS(TO_VARIANT('p'), "s"."words") OR ARRAY_CONTAINS(TO_VARIANT('q'), "s"."words")
        )
        AND (
          NOT (
            ARRAY_CONTAINS(TO_VARIANT('q'), "s"."words") AND ARRAY_CONTAINS(TO_VARIANT('r'), "s"."words")
          )
        )
      )
    ) AS "rule 6",
    "s"."row eligible"
    AND (
      CASE
        WHEN NOT (
          "s"."words" IS NULL
        )
        THEN (
          CASE WHEN ARRAY_CONTAINS(TO_VARIANT('p'), "s"."words") THEN 1 ELSE 0 END + CASE WHEN ARRAY_CONTAINS(TO_VARIANT('q'), "s"."words") THEN 1 ELSE 0 END
        ) = 1
      END
      OR (
        ARRAY_SIZE(ARRAY_EXCEPT("s"."words", ARRAY_CONSTRUCT('p', 'r'))) = 0
      )
    ) AS "rule 7",
    "s"."row eligible"
    AND (
      (
        (
          "s"."total" > CAST('5.0' AS DOUBLE)
        )
        AND (
          (
            "s"."mean" > CAST('1.0' AS DOUBLE)
          ) AND (
            "s"."least_of" < "s"."most_of"
          )
        )
      )
      AND (
        (
          "s"."rows" > CAST('2.0' AS DOUBLE)
        )
        AND (
          (
            "s"."kinds" = CAST('2.0' AS DOUBLE)
          ) AND (
            "s"."last_of" = CAST('1.0' AS DOUBLE)
          )
        )
      )
    ) AS "rule 8",
    "s"."row eligible"
    AND (
      (
        COLLATE("s"."first_of", '') = 'x'
      ) AND (
        COLLATE("s"."usual", '') = 'y'
      )
    ) AS "rule 9",
    "s"."row eligible" AND (
      "s"."spread" > CAST('2.0' AS DOUBLE)
    ) AS "rule 10",
    "s"."row eligible"
    AND (
      (
        "s"."derived" = "s"."level"
      ) AND (
        COLLATE("s"."city", '') = COLLATE("s"."kind", '')
      )
    ) AS "rule 11",
    "s"."row eligible"
    AND (
      (
        COLLATE("s"."value", '') IN ('gold', 'silver')
      ) AND (
        "s"."mark" >= CAST('50.0' AS DOUBLE)
      )
    ) AS "rule 12",
    COLLATE("s"."value", '') <> '' AS "rule 13",
    COLLATE("s"."next", '') <> '' AS "rule 14"
  FROM "customers 5" AS "s"
), "words 0" AS (
  SELECT
    "s"."row key",
    "s"."value",
    "s"."next",
    "s"."mark",
    "s"."row error",
    CASE
      WHEN "s"."row error" IS NULL
      THEN CAST((
        (
          CASE WHEN "s"."rule 0" THEN 1 ELSE 0 END + (
            CASE WHEN "s"."rule 1" THEN 2 ELSE 0 END + CASE WHEN "s"."rule 2" THEN 4 ELSE 0 END
          )
        ) + (
          (
            CASE WHEN "s"."rule 3" THEN 8 ELSE 0 END + CASE WHEN "s"."rule 4" THEN 16 ELSE 0 END
          ) + (
            CASE WHEN "s"."rule 5" THEN 32 ELSE 0 END + CASE WHEN "s"."rule 6" THEN 64 ELSE 0 END
          )
        )
      ) + (
        (
          (
            CASE WHEN "s"."rule 7" THEN 128 ELSE 0 END + CASE WHEN "s"."rule 8" THEN 256 ELSE 0 END
          ) + (
            CASE WHEN "s"."rule 9" THEN 512 ELSE 0 END + CASE WHEN "s"."rule 10" THEN 1024 ELSE 0 END
          )
        ) + (
          (
            CASE WHEN "s"."rule 11" THEN 2048 ELSE 0 END + CASE WHEN "s"."rule 12" THEN 4096 ELSE 0 END
          ) + (
            CASE WHEN "s"."rule 13" THEN 8192 ELSE 0 END + CASE WHEN "s"."rule 14" THEN 16384 ELSE 0 END
          )
        )
      ) AS BIGINT)
    END AS "true_0",
    CASE
      WHEN "s"."row error" IS NULL
      THEN CAST((
        (
          CASE WHEN "s"."rule 0" IS NULL THEN 1 ELSE 0 END + (
            CASE WHEN "s"."rule 1" IS NULL THEN 2 ELSE 0 END + CASE WHEN "s"."rule 2" IS NULL THEN 4 ELSE 0 END
          )
        ) + (
          (
            CASE WHEN "s"."rule 3" IS NULL THEN 8 ELSE 0 END + CASE WHEN "s"."rule 4" IS NULL THEN 16 ELSE 0 END
          ) + (
            CASE WHEN "s"."rule 5" IS NULL THEN 32 ELSE 0 END + CASE WHEN "s"."rule 6" IS NULL THEN 64 ELSE 0 END
          )
        )
      ) + (
        (
          (
            CASE WHEN "s"."rule 7" IS NULL THEN 128 ELSE 0 END + CASE WHEN "s"."rule 8" IS NULL THEN 256 ELSE 0 END
          ) + (
            CASE WHEN "s"."rule 9" IS NULL THEN 512 ELSE 0 END + CASE WHEN "s"."rule 10" IS NULL THEN 1024 ELSE 0 END
          )
        ) + (
          (
            CASE WHEN "s"."rule 11" IS NULL THEN 2048 ELSE 0 END + CASE WHEN "s"."rule 12" IS NULL THEN 4096 ELSE 0 END
          ) + (
            CASE WHEN "s"."rule 13" IS NULL THEN 8192 ELSE 0 END + CASE WHEN "s"."rule 14" IS NULL THEN 16384 ELSE 0 END
          )
        )
      ) AS BIGINT)
    END AS "unknown_0"
  FROM "rules 0" AS "s"
)
SELECT
  "s"."row key" AS "customer_id",
  'everything' AS "ruleset",
  '1.0.0' AS "version",
  TO_DATE('2025-11-20', 'YYYY-MM-DD') AS "as_of",
  CASE WHEN "s"."row error" IS NULL THEN NULLIF(COLLATE("s"."value", ''), '') END AS "tier_value",
  CASE WHEN "s"."row error" IS NULL THEN NULLIF(COLLATE("s"."next", ''), '') END AS "tier_next",
  CASE WHEN "s"."row error" IS NULL THEN "s"."mark" END AS "mark",
  "s"."true_0",
  "s"."unknown_0",
  "s"."row error" AS "error"
FROM "words 0" AS "s"
