WITH [customers 0] AS (
  SELECT
    [s].[customer_id] AS [row key],
    CAST([s].[amount] AS FLOAT(53)) AS [amount raw],
    [s].[kind] AS [kind raw],
    [s].[city] AS [city raw],
    [s].[since] AS [since raw]
  FROM [dw].[customers] AS [s]
), [customers 1] AS (
  SELECT
    [s].*,
    CASE
      WHEN ABS([s].[amount raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN ABS([s].[amount raw]) < CAST('10000000000000.0' AS FLOAT(53))
      THEN [s].[amount raw]
    END AS [amount],
    CASE
      WHEN (
        [s].[kind raw] COLLATE Latin1_General_100_BIN2 + N'.'
      ) IN (N'a.', N'b.')
      THEN [s].[kind raw] COLLATE Latin1_General_100_BIN2
    END AS [kind],
    CASE
      WHEN (
        (
          LEN((
            [s].[city raw] + N'.'
          ) COLLATE Latin1_General_100_CI_AS_SC) - 1
        ) <= 10000
      )
      AND (
        CHARINDEX(NCHAR(0), [s].[city raw]) = 0
      )
      THEN [s].[city raw] COLLATE Latin1_General_100_BIN2
    END AS [city],
    CASE
      WHEN (
        [s].[since raw] >= CAST('0001-01-01' AS DATE)
      )
      AND (
        [s].[since raw] <= CAST('9999-12-31' AS DATE)
      )
      THEN [s].[since raw]
    END AS [since],
    CASE WHEN [s].[amount raw] IS NULL THEN 'null' ELSE 'out_of_domain' END AS [amount cause],
    CASE WHEN [s].[kind raw] IS NULL THEN 'null' ELSE 'not_in_values' END AS [kind cause],
    CASE WHEN [s].[since raw] IS NULL THEN 'null' ELSE 'out_of_domain' END AS [since cause],
    CASE WHEN [s].[city raw] IS NULL THEN 'null' ELSE 'out_of_domain' END AS [city cause],
    CAST(NULL AS NVARCHAR(4000)) AS [row error]
  FROM [customers 0] AS [s]
), [customers 2] AS (
  SELECT
    [s].*,
    CASE
      WHEN (
        [s].[city] COLLATE Latin1_General_100_BIN2 + N'.'
      ) IN (N'x.', N'北京.')
      THEN N'gold'
      WHEN CASE
        WHEN (
          [s].[city] COLLATE Latin1_General_100_BIN2 + N'.'
        ) IN (N'x.', N'北京.')
        THEN 1
        WHEN NOT (
          (
            [s].[city] COLLATE Latin1_General_100_BIN2 + N'.'
          ) IN (N'x.', N'北京.')
        )
        THEN 0
      END IS NULL
      THEN NULL
      WHEN 1 = 1
      THEN N'silver'
      ELSE ''
    END AS [value],
    CASE
      WHEN (
        [s].[city] COLLATE Latin1_General_100_BIN2 + N'.'
      ) IN (N'x.', N'北京.')
      THEN 0
      WHEN 1 = 1
      THEN 1
      ELSE 2
    END AS [part 1]
  FROM [customers 1] AS [s]
), [customers 3] AS (
  SELECT
    [s].*,
    CASE
      WHEN (
        [s].[value] IS NULL
      ) AND (
        (
          [s].[part 1] > 0
        ) AND (
          [s].[city] IS NULL
        )
      )
      THEN 1
      WHEN NOT (
        (
          [s].[value] IS NULL
        ) AND (
          (
            [s].[part 1] > 0
          ) AND (
            [s].[city] IS NULL
          )
        )
      )
      THEN 0
    END AS [part 2]
  FROM [customers 2] AS [s]
), [rules 0] AS (
  SELECT
    [s].*,
    CASE
      WHEN CASE
        WHEN (
          [s].[amount] > CAST('10000.0' AS FLOAT(53))
        )
        OR (
          (
            (
              [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
            ) = N'a.'
          )
          AND (
            [s].[since] < CAST('2025-01-01' AS DATE)
          )
        )
        THEN 1
        WHEN NOT (
          (
            [s].[amount] > CAST('10000.0' AS FLOAT(53))
          )
          OR (
            (
              (
                [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
              ) = N'a.'
            )
            AND (
              [s].[since] < CAST('2025-01-01' AS DATE)
            )
          )
        )
        THEN 0
      END IS NULL
      THEN 1
      ELSE 0
    END AS [rule 0],
    CASE WHEN [s].[amount] IS NULL THEN 1 ELSE 0 END AS [rule 1],
    CASE
      WHEN (
        CASE
          WHEN (
            (
              [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
            ) = N'a.'
          )
          AND (
            [s].[since] < CAST('2025-01-01' AS DATE)
          )
          THEN 1
          WHEN NOT (
            (
              (
                [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
              ) = N'a.'
            )
            AND (
              [s].[since] < CAST('2025-01-01' AS DATE)
            )
          )
          THEN 0
        END IS NULL
      )
      AND (
        [s].[kind] IS NULL
      )
      THEN 1
      WHEN NOT (
        (
          CASE
            WHEN (
              (
                [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
              ) = N'a.'
            )
            AND (
              [s].[since] < CAST('2025-01-01' AS DATE)
            )
            THEN 1
            WHEN NOT (
              (
                (
                  [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
                ) = N'a.'
              )
              AND (
                [s].[since] < CAST('2025-01-01' AS DATE)
              )
            )
            THEN 0
          END IS NULL
        )
        AND (
          [s].[kind] IS NULL
        )
      )
      THEN 0
    END AS [rule 2],
    CASE
      WHEN (
        CASE
          WHEN (
            (
              [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
            ) = N'a.'
          )
          AND (
            [s].[since] < CAST('2025-01-01' AS DATE)
          )
          THEN 1
          WHEN NOT (
            (
              (
                [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
              ) = N'a.'
            )
            AND (
              [s].[since] < CAST('2025-01-01' AS DATE)
            )
          )
          THEN 0
        END IS NULL
      )
      AND (
        [s].[since] IS NULL
      )
      THEN 1
      WHEN NOT (
        (
          CASE
            WHEN (
              (
                [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
              ) = N'a.'
            )
            AND (
              [s].[since] < CAST('2025-01-01' AS DATE)
            )
            THEN 1
            WHEN NOT (
              (
                (
                  [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
                ) = N'a.'
              )
              AND (
                [s].[since] < CAST('2025-01-01' AS DATE)
              )
            )
            THEN 0
          END IS NULL
        )
        AND (
          [s].[since] IS NULL
        )
      )
      THEN 0
    END AS [rule 3],
    CASE WHEN [s].[value] IS NULL THEN 1 ELSE 0 END AS [rule 4],
    [s].[part 2] AS [rule 5]
  FROM [customers 3] AS [s]
), [words 0] AS (
  SELECT
    [s].[row key] AS [row key],
    [s].[amount cause] AS [amount cause],
    [s].[kind cause] AS [kind cause],
    [s].[since cause] AS [since cause],
    [s].[city cause] AS [city cause],
    [s].[row error] AS [row error],
    CASE
      WHEN [s].[row error] IS NULL
      THEN CAST((
        CASE WHEN [s].[rule 0] = 1 THEN 1 ELSE 0 END + (
          CASE WHEN [s].[rule 1] = 1 THEN 2 ELSE 0 END + CASE WHEN [s].[rule 2] = 1 THEN 4 ELSE 0 END
        )
      ) + (
        CASE WHEN [s].[rule 3] = 1 THEN 8 ELSE 0 END + (
          CASE WHEN [s].[rule 4] = 1 THEN 16 ELSE 0 END + CASE WHEN [s].[rule 5] = 1 THEN 32 ELSE 0 END
        )
      ) AS BIGINT)
    END AS [true_0]
  FROM [rules 0] AS [s]
), [gaps] AS (
  SELECT
    *
  FROM (VALUES
    (
      0,
      CAST(1 AS BIGINT),
      0,
      CAST(2 AS BIGINT),
      CAST(N'VIP' AS NVARCHAR(4000)),
      CAST(N'vip' AS NVARCHAR(4000)),
      CAST(N'amount' AS NVARCHAR(4000)),
      CAST(NULL AS NVARCHAR(4000)),
      0
    ),
    (0, CAST(1 AS BIGINT), 0, CAST(4 AS BIGINT), N'VIP', N'vip', N'kind', NULL, 1),
    (0, CAST(1 AS BIGINT), 0, CAST(8 AS BIGINT), N'VIP', N'vip', N'since', NULL, 2),
    (0, CAST(16 AS BIGINT), 0, CAST(32 AS BIGINT), N'value', NULL, N'city', NULL, 3)) AS [s]([word], [mask], [word_2], [mask_2], [target], [rule], [dimension], [cause], [found])
)
SELECT
  [s].[row key] AS [customer_id],
  [t].[target],
  [t].[rule],
  [t].[dimension],
  COALESCE(
    [t].[cause],
    CASE
      WHEN [t].[found] = 0
      THEN [s].[amount cause]
      WHEN [t].[found] = 1
      THEN [s].[kind cause]
      WHEN [t].[found] = 2
      THEN [s].[since cause]
      WHEN [t].[found] = 3
      THEN [s].[city cause]
    END
  ) AS [cause]
FROM [words 0] AS [s]
JOIN [gaps] AS [t]
  ON (
    (
      [s].[true_0] & [t].[mask]
    ) = [t].[mask]
  )
  AND (
    (
      [s].[true_0] & [t].[mask_2]
    ) = [t].[mask_2]
  )
