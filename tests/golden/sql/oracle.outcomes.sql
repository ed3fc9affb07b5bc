WITH "orders rows 0" AS (
  SELECT
    "s"."customer" AS "row key",
    "s"."ordered_at" AS "row time",
    CAST("s"."amount" AS BINARY_DOUBLE) AS "amount raw",
    CAST("s"."pieces" AS BINARY_DOUBLE) AS "pieces raw",
    "s"."kind" AS "kind raw"
  FROM "dw"."orders" "s"
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
      WHEN ABS("s"."amount raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN ABS("s"."amount raw") < CAST(10000000000000.0 AS BINARY_DOUBLE)
      THEN "s"."amount raw"
    END AS "amount",
    CASE
      WHEN ABS("s"."pieces raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN (
        ABS("s"."pieces raw") <= CAST(9007199254740991.0 AS BINARY_DOUBLE)
      )
      AND (
        "s"."pieces raw" = FLOOR("s"."pieces raw")
      )
      THEN "s"."pieces raw"
    END AS "pieces",
    CASE WHEN "s"."kind raw" COLLATE BINARY IN ('x', 'y') THEN "s"."kind raw" COLLATE BINARY END AS "kind",
    CASE
      WHEN (
        ABS("s"."pieces raw") <= CAST(9007199254740991.0 AS BINARY_DOUBLE)
      )
      AND (
        NOT (
          "s"."pieces raw" = FLOOR("s"."pieces raw")
        )
      )
      THEN 'orders.pieces'
    END AS "part 2",
    1 AS "item 4"
  FROM "orders rows 0" "s"
), "orders rows 2" AS (
  SELECT
    "s".*,
    "s"."amount" / NULLIF("s"."pieces", CAST(0.0 AS BINARY_DOUBLE)) AS "part 1",
    CASE
      WHEN (
        "s"."row time" >= TO_TIMESTAMP_TZ('2025-10-20 16:00:00.000000 +00:00', 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')
      )
      AND (
        "s"."kind" COLLATE BINARY = 'x'
      )
      THEN FLOOR((
        "s"."amount" * CAST(100.0 AS BINARY_DOUBLE)
      ) + CAST(0.5 AS BINARY_DOUBLE))
    END AS "item 0",
    CASE
      WHEN "s"."row time" >= TO_TIMESTAMP_TZ('2025-10-31 16:00:00.000000 +00:00', 'YYYY-MM-DD HH24:MI:SS.FF6 TZH:TZM')
      THEN FLOOR((
        "s"."amount" * CAST(100.0 AS BINARY_DOUBLE)
      ) + CAST(0.5 AS BINARY_DOUBLE))
    END AS "item 1",
    "s"."kind" AS "item 5",
    "s"."kind" AS "item 6",
    "s"."pieces" AS "item 7",
    "s"."kind" AS "item 8"
  FROM "orders rows 1" "s"
), "orders rows 3" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."part 1") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN ABS("s"."part 1") < CAST(10000000000000.0 AS BINARY_DOUBLE)
      THEN "s"."part 1"
    END AS "price",
    FLOOR("s"."item 0" / CAST(1099511627776.0 AS BINARY_DOUBLE)) AS "high 0",
    FLOOR("s"."item 1" / CAST(1099511627776.0 AS BINARY_DOUBLE)) AS "high 1"
  FROM "orders rows 2" "s"
), "orders rows 4" AS (
  SELECT
    "s".*,
    "s"."item 0" - (
      "s"."high 0" * CAST(1099511627776.0 AS BINARY_DOUBLE)
    ) AS "low 0",
    "s"."item 1" - (
      "s"."high 1" * CAST(1099511627776.0 AS BINARY_DOUBLE)
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
    END AS "item 3"
  FROM "orders rows 3" "s"
), "orders groups" AS (
  SELECT
    "s"."row key",
    COUNT("s"."item 0") AS "count 0",
    CAST(SUM(CAST("s"."high 0" AS NUMBER(19))) AS NUMBER(19)) AS "high 0",
    CAST(SUM(CAST("s"."low 0" AS NUMBER(19))) AS NUMBER(19)) AS "low 0",
    COUNT("s"."item 1") AS "count 1",
    CAST(SUM(CAST("s"."high 1" AS NUMBER(19))) AS NUMBER(19)) AS "high 1",
    CAST(SUM(CAST("s"."low 1" AS NUMBER(19))) AS NUMBER(19)) AS "low 1",
    MIN("s"."item 2") AS "item 2",
    MAX("s"."item 3") AS "item 3",
    CAST(COUNT("s"."item 4") AS BINARY_DOUBLE) AS "item 4",
    CAST(COUNT(DISTINCT "s"."item 5") AS BINARY_DOUBLE) AS "item 5",
    MAX("s"."part 2") AS "row fault"
  FROM "orders rows 4" "s"
  GROUP BY
    "s"."row key"
), "orders sums" AS (
  SELECT
    "s"."row key",
    (
      (
        CAST("s"."high 0" + CAST(FLOOR("s"."low 0" / 1099511627776) AS NUMBER(19)) AS BINARY_DOUBLE) * CAST(1099511627776.0 AS BINARY_DOUBLE)
      ) + CAST(CAST(MOD("s"."low 0", 1099511627776) AS NUMBER(19)) AS BINARY_DOUBLE)
    ) / CAST(100.0 AS BINARY_DOUBLE) AS "item 0",
    (
      (
        CAST("s"."high 1" + CAST(FLOOR("s"."low 1" / 1099511627776) AS NUMBER(19)) AS BINARY_DOUBLE) * CAST(1099511627776.0 AS BINARY_DOUBLE)
      ) + CAST(CAST(MOD("s"."low 1", 1099511627776) AS NUMBER(19)) AS BINARY_DOUBLE)
    ) / NULLIF(CAST("s"."count 1" AS BINARY_DOUBLE) * CAST(100.0 AS BINARY_DOUBLE), CAST(0.0 AS BINARY_DOUBLE)) AS "item 1",
    "s"."item 2",
    "s"."item 3",
    "s"."item 4",
    "s"."item 5",
    "s"."row fault"
  FROM "orders groups" "s"
), "orders 6 ranked" AS (
  SELECT
    "s"."row key",
    "s"."item 6",
    ROW_NUMBER() OVER (PARTITION BY "s"."row key" ORDER BY "s"."row time" ASC, "s"."item 6" ASC) AS "place"
  FROM "orders rows 4" "s"
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
  FROM "orders 6 ranked" "s"
  WHERE
    "s"."place" = 1
), "orders 7 ranked" AS (
  SELECT
    "s"."row key",
    "s"."item 7",
    ROW_NUMBER() OVER (PARTITION BY "s"."row key" ORDER BY "s"."row time" DESC NULLS LAST, "s"."item 7" ASC) AS "place"
  FROM "orders rows 4" "s"
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
  FROM "orders 7 ranked" "s"
  WHERE
    "s"."place" = 1
), "orders 8 counted" AS (
  SELECT
    "s"."row key",
    "s"."item 8",
    COUNT(*) AS "times"
  FROM "orders rows 4" "s"
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
  FROM "orders 8 counted" "s"
), "orders 8" AS (
  SELECT
    "s"."row key",
    "s"."item 8"
  FROM "orders 8 ranked" "s"
  WHERE
    "s"."place" = 1
), "customers 0" AS (
  SELECT
    "s"."customer_id" AS "row key",
    CAST("s"."amount" AS BINARY_DOUBLE) AS "amount raw",
    CAST("s"."level" AS BINARY_DOUBLE) AS "level raw",
    CAST("s"."count" AS BINARY_DOUBLE) AS "count raw",
    CAST("s"."share" AS BINARY_DOUBLE) AS "share raw",
    "s"."blocked" AS "blocked raw",
    "s"."kind" AS "kind raw",
    "s"."city" AS "city raw",
    TRUNC("s"."since") AS "since raw",
    COALESCE("t0 0"."item 0", CAST(0.0 AS BINARY_DOUBLE)) AS "total raw",
    "t0 0"."item 1" AS "mean raw",
    "t0 0"."item 2" AS "least_of raw",
    "t0 0"."item 3" AS "most_of raw",
    COALESCE("t0 0"."item 4", CAST(0.0 AS BINARY_DOUBLE)) AS "rows raw",
    COALESCE("t0 0"."item 5", CAST(0.0 AS BINARY_DOUBLE)) AS "kinds raw",
    "t0 1"."item 6" AS "first_of raw",
    "t0 2"."item 7" AS "last_of raw",
    "t0 3"."item 8" AS "usual raw",
    "t0 0"."row fault" AS "orders fault"
  FROM "dw"."customers" "s"
  LEFT JOIN "orders sums" "t0 0"
    ON "t0 0"."row key" = "s"."customer_id"
  LEFT JOIN "orders 6" "t0 1"
    ON "t0 1"."row key" = "s"."customer_id"
  LEFT JOIN "orders 7" "t0 2"
    ON "t0 2"."row key" = "s"."customer_id"
  LEFT JOIN "orders 8" "t0 3"
    ON "t0 3"."row key" = "s"."customer_id"
), "customers 1" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."amount raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN (
        ABS("s"."amount raw") < CAST(10000000000000.0 AS BINARY_DOUBLE)
      )
      AND (
        "s"."amount raw" >= CAST(0.0 AS BINARY_DOUBLE)
      )
      THEN "s"."amount raw"
    END AS "amount",
    COALESCE(
      CASE
        WHEN ABS("s"."level raw") < CAST(1e-18 AS BINARY_DOUBLE)
        THEN CAST(0.0 AS BINARY_DOUBLE)
        WHEN ABS("s"."level raw") <= CAST(1e+18 AS BINARY_DOUBLE)
        THEN "s"."level raw"
      END,
      CAST(0.0 AS BINARY_DOUBLE)
    ) AS "level",
    CASE
      WHEN ABS("s"."count raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN (
        ABS("s"."count raw") <= CAST(9007199254740991.0 AS BINARY_DOUBLE)
      )
      AND (
        "s"."count raw" = FLOOR("s"."count raw")
      )
      THEN "s"."count raw"
    END AS "count",
    CASE
      WHEN ABS("s"."share raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN (
        ABS("s"."share raw") <= CAST(1e+18 AS BINARY_DOUBLE)
      )
      AND (
        "s"."share raw" <= CAST(1.0 AS BINARY_DOUBLE)
      )
      THEN "s"."share raw"
    END AS "share",
    COALESCE(CASE WHEN "s"."blocked raw" IN (0, 1) THEN "s"."blocked raw" END, 0) AS "blocked",
    CASE WHEN "s"."kind raw" COLLATE BINARY IN ('a', 'b', 'c') THEN "s"."kind raw" COLLATE BINARY END AS "kind",
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
      WHEN ABS("s"."total raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN ABS("s"."total raw") < CAST(10000000000000.0 AS BINARY_DOUBLE)
      THEN "s"."total raw"
    END AS "total",
    CASE
      WHEN ABS("s"."mean raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN ABS("s"."mean raw") <= CAST(1e+18 AS BINARY_DOUBLE)
      THEN "s"."mean raw"
    END AS "mean",
    CASE
      WHEN ABS("s"."least_of raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN ABS("s"."least_of raw") <= CAST(1e+18 AS BINARY_DOUBLE)
      THEN "s"."least_of raw"
    END AS "least_of",
    CASE
      WHEN ABS("s"."most_of raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN ABS("s"."most_of raw") <= CAST(1e+18 AS BINARY_DOUBLE)
      THEN "s"."most_of raw"
    END AS "most_of",
    CASE
      WHEN ABS("s"."rows raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN (
        ABS("s"."rows raw") <= CAST(9007199254740991.0 AS BINARY_DOUBLE)
      )
      AND (
        "s"."rows raw" = FLOOR("s"."rows raw")
      )
      THEN "s"."rows raw"
    END AS "rows",
    CASE
      WHEN ABS("s"."kinds raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN (
        ABS("s"."kinds raw") <= CAST(9007199254740991.0 AS BINARY_DOUBLE)
      )
      AND (
        "s"."kinds raw" = FLOOR("s"."kinds raw")
      )
      THEN "s"."kinds raw"
    END AS "kinds",
    CASE WHEN "s"."first_of raw" COLLATE BINARY IN ('x', 'y') THEN "s"."first_of raw" END AS "first_of",
    CASE
      WHEN ABS("s"."last_of raw") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN ABS("s"."last_of raw") <= CAST(1e+18 AS BINARY_DOUBLE)
      THEN "s"."last_of raw"
    END AS "last_of",
    CASE WHEN "s"."usual raw" COLLATE BINARY IN ('x', 'y') THEN "s"."usual raw" END AS "usual"
  FROM "customers 0" "s"
), "customers 2" AS (
  SELECT
    "s".*,
    CASE
      WHEN "s"."amount" > CAST(5.0 AS BINARY_DOUBLE)
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
        THEN LEAST("s"."level", CAST(1.0 AS BINARY_DOUBLE), "s"."count")
      END
      WHEN CASE
        WHEN "s"."amount" > CAST(5.0 AS BINARY_DOUBLE)
        THEN 1
        WHEN NOT (
          "s"."amount" > CAST(5.0 AS BINARY_DOUBLE)
        )
        THEN 0
      END IS NULL
      THEN NULL
      WHEN "s"."kind" COLLATE BINARY = 'a'
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
      WHEN CASE
        WHEN "s"."kind" COLLATE BINARY = 'a'
        THEN 1
        WHEN NOT (
          "s"."kind" COLLATE BINARY = 'a'
        )
        THEN 0
      END IS NULL
      THEN NULL
      ELSE CAST(0.0 AS BINARY_DOUBLE) - "s"."level"
    END AS "part 1",
    CASE
      WHEN (
        (
          "s"."amount" / NULLIF("s"."level", CAST(0.0 AS BINARY_DOUBLE))
        ) > CAST(2.0 AS BINARY_DOUBLE)
      )
      AND (
        (
          "s"."share" < CAST(0.5 AS BINARY_DOUBLE)
        ) OR (
          "s"."kind" COLLATE BINARY <> 'b'
        )
      )
      THEN 1
      WHEN NOT (
        (
          (
            "s"."amount" / NULLIF("s"."level", CAST(0.0 AS BINARY_DOUBLE))
          ) > CAST(2.0 AS BINARY_DOUBLE)
        )
        AND (
          (
            "s"."share" < CAST(0.5 AS BINARY_DOUBLE)
          ) OR (
            "s"."kind" COLLATE BINARY <> 'b'
          )
        )
      )
      THEN 0
    END AS "part 2",
    FLOOR(
      (
        (
          CAST(50.0 AS BINARY_DOUBLE) * CASE
            WHEN (
              "s"."amount" / CAST(100000.0 AS BINARY_DOUBLE)
            ) <= CAST(0.0 AS BINARY_DOUBLE)
            THEN CAST(0.0 AS BINARY_DOUBLE)
            WHEN (
              "s"."amount" / CAST(100000.0 AS BINARY_DOUBLE)
            ) >= CAST(1.0 AS BINARY_DOUBLE)
            THEN CAST(1.0 AS BINARY_DOUBLE)
            WHEN NOT (
              "s"."amount" IS NULL
            )
            THEN "s"."amount" / CAST(100000.0 AS BINARY_DOUBLE)
          END + (
            CAST(30.0 AS BINARY_DOUBLE) * CASE
              WHEN "s"."level" >= CAST(10.0 AS BINARY_DOUBLE)
              THEN CAST(1.0 AS BINARY_DOUBLE)
              WHEN "s"."level" >= CAST(2.0 AS BINARY_DOUBLE)
              THEN CAST(0.5 AS BINARY_DOUBLE) + (
                CAST(0.5 AS BINARY_DOUBLE) * (
                  (
                    "s"."level" - CAST(2.0 AS BINARY_DOUBLE)
                  ) / CAST(8.0 AS BINARY_DOUBLE)
                )
              )
              WHEN "s"."level" >= CAST(0.0 AS BINARY_DOUBLE)
              THEN CAST(0.0 AS BINARY_DOUBLE) + (
                CAST(0.5 AS BINARY_DOUBLE) * (
                  (
                    "s"."level" - CAST(0.0 AS BINARY_DOUBLE)
                  ) / CAST(2.0 AS BINARY_DOUBLE)
                )
              )
              WHEN "s"."level" < CAST(0.0 AS BINARY_DOUBLE)
              THEN CAST(0.0 AS BINARY_DOUBLE)
            END
          ) + (
            CAST(20.0 AS BINARY_DOUBLE) * CASE
              WHEN "s"."kind" IS NULL
              THEN CAST(0.1 AS BINARY_DOUBLE)
              WHEN "s"."kind" COLLATE BINARY = 'a'
              THEN CAST(1.0 AS BINARY_DOUBLE)
              WHEN "s"."kind" COLLATE BINARY = 'b'
              THEN CAST(0.5 AS BINARY_DOUBLE)
              WHEN "s"."kind" COLLATE BINARY = 'c'
              THEN CAST(0.0 AS BINARY_DOUBLE)
            END
          )
        ) * CAST(1000000.0 AS BINARY_DOUBLE)
      ) + CAST(0.5 AS BINARY_DOUBLE)
    ) / CAST(1000000.0 AS BINARY_DOUBLE) AS "part 3",
    CASE WHEN NOT (
      "s"."blocked" = 1
    ) THEN 1 WHEN NOT (
      NOT (
        "s"."blocked" = 1
      )
    ) THEN 0 END AS "row eligible",
    CASE
      WHEN (
        ABS("s"."count raw") <= CAST(9007199254740991.0 AS BINARY_DOUBLE)
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
        "s"."blocked raw" IN (0, 1)
      )
      THEN 'blocked'
      WHEN NOT (
        "s"."orders fault" IS NULL
      )
      THEN "s"."orders fault"
    END AS "row error"
  FROM "customers 1" "s"
), "customers 3" AS (
  SELECT
    "s".*,
    CASE
      WHEN ABS("s"."part 1") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN ABS("s"."part 1") <= CAST(1e+18 AS BINARY_DOUBLE)
      THEN "s"."part 1"
    END AS "derived",
    "s"."part 2" AS "named",
    CASE
      WHEN ABS("s"."part 3") < CAST(1e-18 AS BINARY_DOUBLE)
      THEN CAST(0.0 AS BINARY_DOUBLE)
      WHEN ABS("s"."part 3") <= CAST(1e+18 AS BINARY_DOUBLE)
      THEN "s"."part 3"
    END AS "mark",
    CASE
      WHEN "s"."row eligible" = 1 AND (
        NOT (
          "s"."amount" IS NULL
        )
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1 AND (
          NOT (
            "s"."amount" IS NULL
          )
        )
      )
      THEN 0
    END AS "part 6",
    CASE
      WHEN "s"."row eligible" = 1 AND (
        "s"."amount" > CAST(5.0 AS BINARY_DOUBLE)
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1 AND (
          "s"."amount" > CAST(5.0 AS BINARY_DOUBLE)
        )
      )
      THEN 0
    END AS "part 7",
    CASE
      WHEN "s"."row eligible" = 1 AND (
        "s"."amount" > CAST(1.0 AS BINARY_DOUBLE)
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1 AND (
          "s"."amount" > CAST(1.0 AS BINARY_DOUBLE)
        )
      )
      THEN 0
    END AS "part 8"
  FROM "customers 2" "s"
), "customers 4" AS (
  SELECT
    "s".*,
    CASE
      WHEN "s"."row eligible" = 1
      AND (
        (
          NOT (
            "s"."amount" IS NULL
          )
        ) AND (
          "s"."mark" >= CAST(80.0 AS BINARY_DOUBLE)
        )
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1
        AND (
          (
            NOT (
              "s"."amount" IS NULL
            )
          ) AND (
            "s"."mark" >= CAST(80.0 AS BINARY_DOUBLE)
          )
        )
      )
      THEN 0
    END AS "part 4",
    CASE
      WHEN "s"."row eligible" = 1
      AND (
        (
          NOT (
            "s"."amount" IS NULL
          )
        ) AND (
          "s"."named" = 1
        )
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1
        AND (
          (
            NOT (
              "s"."amount" IS NULL
            )
          ) AND (
            "s"."named" = 1
          )
        )
      )
      THEN 0
    END AS "part 5",
    CASE WHEN "s"."part 7" = 1 THEN 'high' WHEN "s"."part 8" = 1 THEN 'low' ELSE ' ' END AS "next"
  FROM "customers 3" "s"
), "customers 5" AS (
  SELECT
    "s".*,
    CASE
      WHEN "s"."part 4" = 1
      THEN 'gold'
      WHEN "s"."part 4" IS NULL
      THEN NULL
      WHEN "s"."part 5" = 1
      THEN 'silver'
      WHEN "s"."part 5" IS NULL
      THEN NULL
      WHEN "s"."part 6" = 1
      THEN 'bronze'
      WHEN "s"."part 6" IS NULL
      THEN NULL
      ELSE ' '
    END AS "value"
  FROM "customers 4" "s"
), "rules 0" AS (
  SELECT
    "s".*,
    CASE
      WHEN "s"."row eligible" = 1
      AND (
        (
          "s"."amount" >= CAST(10000.0 AS BINARY_DOUBLE)
        )
        AND (
          (
            "s"."level" < CASE
              WHEN "s"."kind" COLLATE BINARY = 'a'
              THEN CAST(1.0 AS BINARY_DOUBLE)
              WHEN "s"."kind" COLLATE BINARY = 'b'
              THEN CAST(2.0 AS BINARY_DOUBLE)
              WHEN NOT (
                "s"."kind" IS NULL
              )
              THEN CAST(3.0 AS BINARY_DOUBLE)
            END
          )
          AND (
            (
              "s"."count" >= CAST(2.0 AS BINARY_DOUBLE)
            ) AND (
              "s"."count" <= CAST(5.0 AS BINARY_DOUBLE)
            )
          )
        )
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1
        AND (
          (
            "s"."amount" >= CAST(10000.0 AS BINARY_DOUBLE)
          )
          AND (
            (
              "s"."level" < CASE
                WHEN "s"."kind" COLLATE BINARY = 'a'
                THEN CAST(1.0 AS BINARY_DOUBLE)
                WHEN "s"."kind" COLLATE BINARY = 'b'
                THEN CAST(2.0 AS BINARY_DOUBLE)
                WHEN NOT (
                  "s"."kind" IS NULL
                )
                THEN CAST(3.0 AS BINARY_DOUBLE)
              END
            )
            AND (
              (
                "s"."count" >= CAST(2.0 AS BINARY_DOUBLE)
              ) AND (
                "s"."count" <= CAST(5.0 AS BINARY_DOUBLE)
              )
            )
          )
        )
      )
      THEN 0
    END AS "rule 0",
    CASE
      WHEN "s"."row eligible" = 1
      AND (
        (
          (
            (
              ABS("s"."level") + FLOOR("s"."amount" * CAST(2.0 AS BINARY_DOUBLE))
            ) - CEIL("s"."share" / NULLIF(CAST(3.0 AS BINARY_DOUBLE), CAST(0.0 AS BINARY_DOUBLE)))
          ) > CAST(10.0 AS BINARY_DOUBLE)
        )
        OR (
          COALESCE("s"."level", "s"."amount") = CAST(1.0 AS BINARY_DOUBLE)
        )
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1
        AND (
          (
            (
              (
                ABS("s"."level") + FLOOR("s"."amount" * CAST(2.0 AS BINARY_DOUBLE))
              ) - CEIL("s"."share" / NULLIF(CAST(3.0 AS BINARY_DOUBLE), CAST(0.0 AS BINARY_DOUBLE)))
            ) > CAST(10.0 AS BINARY_DOUBLE)
          )
          OR (
            COALESCE("s"."level", "s"."amount") = CAST(1.0 AS BINARY_DOUBLE)
          )
        )
      )
      THEN 0
    END AS "rule 1",
    CASE
      WHEN "s"."row eligible" = 1
      AND (
        (
          "s"."count" IN (CAST(1.0 AS BINARY_DOUBLE), CAST(2.0 AS BINARY_DOUBLE), CAST(3.0 AS BINARY_DOUBLE))
        )
        AND (
          (
            NOT (
              "s"."kind" COLLATE BINARY IN ('a', 'b')
            )
          )
          AND (
            "s"."city" COLLATE BINARY IN ('x', '北京')
          )
        )
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1
        AND (
          (
            "s"."count" IN (CAST(1.0 AS BINARY_DOUBLE), CAST(2.0 AS BINARY_DOUBLE), CAST(3.0 AS BINARY_DOUBLE))
          )
          AND (
            (
              NOT (
                "s"."kind" COLLATE BINARY IN ('a', 'b')
              )
            )
            AND (
              "s"."city" COLLATE BINARY IN ('x', '北京')
            )
          )
        )
      )
      THEN 0
    END AS "rule 2",
    CASE
      WHEN "s"."row eligible" = 1
      AND (
        (
          (
            SUBSTR("s"."city" COLLATE BINARY, 1, 2) = 'ab'
          )
          OR (
            (
              LENGTH("s"."city" COLLATE BINARY) >= 2
            ) AND (
              SUBSTR("s"."city" COLLATE BINARY, -2) = 'cd'
            )
          )
        )
        OR (
          (
            INSTR("s"."city" COLLATE BINARY, 'ef') > 0
          )
          OR (
            TRANSLATE("s"."city" COLLATE BINARY, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = 'gh'
          )
        )
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1
        AND (
          (
            (
              SUBSTR("s"."city" COLLATE BINARY, 1, 2) = 'ab'
            )
            OR (
              (
                LENGTH("s"."city" COLLATE BINARY) >= 2
              ) AND (
                SUBSTR("s"."city" COLLATE BINARY, -2) = 'cd'
              )
            )
          )
          OR (
            (
              INSTR("s"."city" COLLATE BINARY, 'ef') > 0
            )
            OR (
              TRANSLATE("s"."city" COLLATE BINARY, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = 'gh'
            )
          )
        )
      )
      THEN 0
    END AS "rule 3",
    CASE
      WHEN "s"."row eligible" = 1
      AND (
        (
          (
            "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
          )
          AND (
            CAST(TO_DATE('2025-11-20', 'YYYY-MM-DD') - "s"."since" AS BINARY_DOUBLE) > CAST(30.0 AS BINARY_DOUBLE)
          )
        )
        AND (
          (
            CAST((
              "s"."since" - TRUNC("s"."since", 'IW')
            ) + 1 AS BINARY_DOUBLE) = CAST(1.0 AS BINARY_DOUBLE)
          )
          AND (
            CAST(EXTRACT(MONTH FROM "s"."since") AS BINARY_DOUBLE) <> CAST(2.0 AS BINARY_DOUBLE)
          )
        )
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1
        AND (
          (
            (
              "s"."since" < TO_DATE('2025-01-01', 'YYYY-MM-DD')
            )
            AND (
              CAST(TO_DATE('2025-11-20', 'YYYY-MM-DD') - "s"."since" AS BINARY_DOUBLE) > CAST(30.0 AS BINARY_DOUBLE)
            )
          )
          AND (
            (
              CAST((
                "s"."since" - TRUNC("s"."since", 'IW')
              ) + 1 AS BINARY_DOUBLE) = CAST(1.0 AS BINARY_DOUBLE)
            )
            AND (
              CAST(EXTRACT(MONTH FROM "s"."since") AS BINARY_DOUBLE) <> CAST(2.0 AS BINARY_DOUBLE)
            )
          )
        )
      )
      THEN 0
    END AS "rule 4",
    CASE
      WHEN "s"."row eligible" = 1
      AND (
        CASE
          WHEN (
            CASE WHEN "s"."amount" > CAST(1.0 AS BINARY_DOUBLE) THEN 1 ELSE 0 END + (
              CASE WHEN "s"."level" > CAST(1.0 AS BINARY_DOUBLE) THEN 1 ELSE 0 END + CASE WHEN "s"."named" = 1 THEN 1 ELSE 0 END
            )
          ) >= 2
          THEN 1
          WHEN (
            (
              CASE WHEN "s"."amount" > CAST(1.0 AS BINARY_DOUBLE) THEN 1 ELSE 0 END + (
                CASE WHEN "s"."level" > CAST(1.0 AS BINARY_DOUBLE) THEN 1 ELSE 0 END + CASE WHEN "s"."named" = 1 THEN 1 ELSE 0 END
              )
            ) + (
              CASE
                WHEN CASE
                  WHEN "s"."amount" > CAST(1.0 AS BINARY_DOUBLE)
                  THEN 1
                  WHEN NOT (
                    "s"."amount" > CAST(1.0 AS BINARY_DOUBLE)
                  )
                  THEN 0
                END IS NULL
                THEN 1
                ELSE 0
              END + (
                CASE
                  WHEN CASE
                    WHEN "s"."level" > CAST(1.0 AS BINARY_DOUBLE)
                    THEN 1
                    WHEN NOT (
                      "s"."level" > CAST(1.0 AS BINARY_DOUBLE)
                    )
                    THEN 0
                  END IS NULL
                  THEN 1
                  ELSE 0
                END + CASE
                  WHEN CASE WHEN "s"."named" = 1 THEN 1 WHEN NOT (
                    "s"."named" = 1
                  ) THEN 0 END IS NULL
                  THEN 1
                  ELSE 0
                END
              )
            )
          ) >= 2
          THEN NULL
          ELSE 0
        END = 1
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
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1
        AND (
          CASE
            WHEN (
              CASE WHEN "s"."amount" > CAST(1.0 AS BINARY_DOUBLE) THEN 1 ELSE 0 END + (
                CASE WHEN "s"."level" > CAST(1.0 AS BINARY_DOUBLE) THEN 1 ELSE 0 END + CASE WHEN "s"."named" = 1 THEN 1 ELSE 0 END
              )
            ) >= 2
            THEN 1
            WHEN (
              (
                CASE WHEN "s"."amount" > CAST(1.0 AS BINARY_DOUBLE) THEN 1 ELSE 0 END + (
                  CASE WHEN "s"."level" > CAST(1.0 AS BINARY_DOUBLE) THEN 1 ELSE 0 END + CASE WHEN "s"."named" = 1 THEN 1 ELSE 0 END
                )
              ) + (
                CASE
                  WHEN CASE
                    WHEN "s"."amount" > CAST(1.0 AS BINARY_DOUBLE)
                    THEN 1
                    WHEN NOT (
                      "s"."amount" > CAST(1.0 AS BINARY_DOUBLE)
                    )
                    THEN 0
                  END IS NULL
                  THEN 1
                  ELSE 0
                END + (
                  CASE
                    WHEN CASE
                      WHEN "s"."level" > CAST(1.0 AS BINARY_DOUBLE)
                      THEN 1
                      WHEN NOT (
                        "s"."level" > CAST(1.0 AS BINARY_DOUBLE)
                      )
                      THEN 0
                    END IS NULL
                    THEN 1
                    ELSE 0
                  END + CASE
                    WHEN CASE WHEN "s"."named" = 1 THEN 1 WHEN NOT (
                      "s"."named" = 1
                    ) THEN 0 END IS NULL
                    THEN 1
                    ELSE 0
                  END
                )
              )
            ) >= 2
            THEN NULL
            ELSE 0
          END = 1
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
        )
      )
      THEN 0
    END AS "rule 5",
    CASE
      WHEN "s"."row eligible" = 1
      AND (
        (
          (
            "s"."total" > CAST(5.0 AS BINARY_DOUBLE)
          )
          AND (
            (
              "s"."mean" > CAST(1.0 AS BINARY_DOUBLE)
            ) AND (
              "s"."least_of" < "s"."most_of"
            )
          )
        )
        AND (
          (
            "s"."rows" > CAST(2.0 AS BINARY_DOUBLE)
          )
          AND (
            (
              "s"."kinds" = CAST(2.0 AS BINARY_DOUBLE)
            ) AND (
              "s"."last_of" = CAST(1.0 AS BINARY_DOUBLE)
            )
          )
        )
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1
        AND (
          (
            (
              "s"."total" > CAST(5.0 AS BINARY_DOUBLE)
            )
            AND (
              (
                "s"."mean" > CAST(1.0 AS BINARY_DOUBLE)
              ) AND (
                "s"."least_of" < "s"."most_of"
              )
            )
          )
          AND (
            (
              "s"."rows" > CAST(2.0 AS BINARY_DOUBLE)
            )
            AND (
              (
                "s"."kinds" = CAST(2.0 AS BINARY_DOUBLE)
              ) AND (
                "s"."last_of" = CAST(1.0 AS BINARY_DOUBLE)
              )
            )
          )
        )
      )
      THEN 0
    END AS "rule 6",
    CASE
      WHEN "s"."row eligible" = 1
      AND (
        (
          "s"."first_of" COLLATE BINARY = 'x'
        ) AND (
          "s"."usual" COLLATE BINARY = 'y'
        )
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1
        AND (
          (
            "s"."first_of" COLLATE BINARY = 'x'
          ) AND (
            "s"."usual" COLLATE BINARY = 'y'
          )
        )
      )
      THEN 0
    END AS "rule 7",
    CASE
      WHEN "s"."row eligible" = 1
      AND (
        (
          "s"."derived" = "s"."level"
        ) AND (
          "s"."city" COLLATE BINARY = "s"."kind" COLLATE BINARY
        )
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1
        AND (
          (
            "s"."derived" = "s"."level"
          ) AND (
            "s"."city" COLLATE BINARY = "s"."kind" COLLATE BINARY
          )
        )
      )
      THEN 0
    END AS "rule 8",
    CASE
      WHEN "s"."row eligible" = 1
      AND (
        (
          "s"."value" COLLATE BINARY IN ('gold', 'silver')
        )
        AND (
          "s"."mark" >= CAST(50.0 AS BINARY_DOUBLE)
        )
      )
      THEN 1
      WHEN NOT (
        "s"."row eligible" = 1
        AND (
          (
            "s"."value" COLLATE BINARY IN ('gold', 'silver')
          )
          AND (
            "s"."mark" >= CAST(50.0 AS BINARY_DOUBLE)
          )
        )
      )
      THEN 0
    END AS "rule 9",
    CASE
      WHEN "s"."value" COLLATE BINARY <> ' '
      THEN 1
      WHEN NOT (
        "s"."value" COLLATE BINARY <> ' '
      )
      THEN 0
    END AS "rule 10",
    CASE
      WHEN "s"."next" COLLATE BINARY <> ' '
      THEN 1
      WHEN NOT (
        "s"."next" COLLATE BINARY <> ' '
      )
      THEN 0
    END AS "rule 11"
  FROM "customers 5" "s"
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
          CASE WHEN "s"."rule 0" = 1 THEN 1 ELSE 0 END + (
            CASE WHEN "s"."rule 1" = 1 THEN 2 ELSE 0 END + CASE WHEN "s"."rule 2" = 1 THEN 4 ELSE 0 END
          )
        ) + (
          CASE WHEN "s"."rule 3" = 1 THEN 8 ELSE 0 END + (
            CASE WHEN "s"."rule 4" = 1 THEN 16 ELSE 0 END + CASE WHEN "s"."rule 5" = 1 THEN 32 ELSE 0 END
          )
        )
      ) + (
        (
          CASE WHEN "s"."rule 6" = 1 THEN 64 ELSE 0 END + (
            CASE WHEN "s"."rule 7" = 1 THEN 128 ELSE 0 END + CASE WHEN "s"."rule 8" = 1 THEN 256 ELSE 0 END
          )
        ) + (
          CASE WHEN "s"."rule 9" = 1 THEN 512 ELSE 0 END + (
            CASE WHEN "s"."rule 10" = 1 THEN 1024 ELSE 0 END + CASE WHEN "s"."rule 11" = 1 THEN 2048 ELSE 0 END
          )
        )
      ) AS NUMBER(19))
    END AS "true_0",
    CASE
      WHEN "s"."row error" IS NULL
      THEN CAST((
        (
          CASE WHEN "s"."rule 0" IS NULL THEN 1 ELSE 0 END + (
            CASE WHEN "s"."rule 1" IS NULL THEN 2 ELSE 0 END + CASE WHEN "s"."rule 2" IS NULL THEN 4 ELSE 0 END
          )
        ) + (
          CASE WHEN "s"."rule 3" IS NULL THEN 8 ELSE 0 END + (
            CASE WHEN "s"."rule 4" IS NULL THEN 16 ELSE 0 END + CASE WHEN "s"."rule 5" IS NULL THEN 32 ELSE 0 END
          )
        )
      ) + (
        (
          CASE WHEN "s"."rule 6" IS NULL THEN 64 ELSE 0 END + (
            CASE WHEN "s"."rule 7" IS NULL THEN 128 ELSE 0 END + CASE WHEN "s"."rule 8" IS NULL THEN 256 ELSE 0 END
          )
        ) + (
          CASE WHEN "s"."rule 9" IS NULL THEN 512 ELSE 0 END + (
            CASE WHEN "s"."rule 10" IS NULL THEN 1024 ELSE 0 END + CASE WHEN "s"."rule 11" IS NULL THEN 2048 ELSE 0 END
          )
        )
      ) AS NUMBER(19))
    END AS "unknown_0"
  FROM "rules 0" "s"
)
SELECT
  "s"."row key" AS "customer_id",
  'everything' AS "ruleset",
  '1.0.0' AS "version",
  TO_DATE('2025-11-20', 'YYYY-MM-DD') AS "as_of",
  CASE WHEN "s"."row error" IS NULL THEN NULLIF("s"."value" COLLATE BINARY, ' ') END AS "tier_value",
  CASE WHEN "s"."row error" IS NULL THEN NULLIF("s"."next" COLLATE BINARY, ' ') END AS "tier_next",
  CASE WHEN "s"."row error" IS NULL THEN "s"."mark" END AS "mark",
  "s"."true_0",
  "s"."unknown_0",
  "s"."row error" AS "error"
FROM "words 0" "s"
