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
    END AS [value]
  FROM [customers 1] AS [s]
), [rules 0] AS (
  SELECT
    [s].*,
    CASE
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
    END AS [rule 0],
    CASE
      WHEN (
        [s].[value] COLLATE Latin1_General_100_BIN2 + N'.'
      ) = N'gold.'
      THEN 1
      WHEN NOT (
        (
          [s].[value] COLLATE Latin1_General_100_BIN2 + N'.'
        ) = N'gold.'
      )
      THEN 0
    END AS [rule 1]
  FROM [customers 2] AS [s]
), [words 0] AS (
  SELECT
    [s].[row key] AS [row key],
    [s].[row error] AS [row error],
    CASE
      WHEN [s].[row error] IS NULL
      THEN CAST(CASE WHEN [s].[rule 0] = 1 THEN 1 ELSE 0 END + CASE WHEN [s].[rule 1] = 1 THEN 2 ELSE 0 END AS BIGINT)
    END AS [true_0]
  FROM [rules 0] AS [s]
), [tags] AS (
  SELECT
    *
  FROM (VALUES
    (N'VIP', 0, CAST(1 AS BIGINT)),
    (N'Gold', 0, CAST(2 AS BIGINT))) AS [s]([tag], [word], [mask])
)
SELECT
  [s].[row key] AS [customer_id],
  [t].[tag] AS [tag]
FROM [words 0] AS [s]
JOIN [tags] AS [t]
  ON (
    [s].[true_0] & [t].[mask]
  ) <> 0
