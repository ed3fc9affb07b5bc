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
      WHEN [s].[amount] > CAST('10000.0' AS FLOAT(53))
      THEN 1
      WHEN NOT (
        [s].[amount] > CAST('10000.0' AS FLOAT(53))
      )
      THEN 0
    END AS [rule 1],
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
    END AS [rule 2],
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
    END AS [rule 3],
    CASE
      WHEN (
        [s].[value] COLLATE Latin1_General_100_BIN2 + N'.'
      ) = N'silver.'
      THEN 1
      WHEN NOT (
        (
          [s].[value] COLLATE Latin1_General_100_BIN2 + N'.'
        ) = N'silver.'
      )
      THEN 0
    END AS [rule 4]
  FROM [customers 2] AS [s]
), [words 0] AS (
  SELECT
    [s].[row key] AS [row key],
    [s].[amount] AS [amount],
    [s].[kind] AS [kind],
    [s].[since] AS [since],
    [s].[city] AS [city],
    [s].[row error] AS [row error],
    CASE
      WHEN [s].[row error] IS NULL
      THEN CAST((
        CASE WHEN [s].[rule 0] = 1 THEN 1 ELSE 0 END + CASE WHEN [s].[rule 1] = 1 THEN 2 ELSE 0 END
      ) + (
        CASE WHEN [s].[rule 2] = 1 THEN 4 ELSE 0 END + (
          CASE WHEN [s].[rule 3] = 1 THEN 8 ELSE 0 END + CASE WHEN [s].[rule 4] = 1 THEN 16 ELSE 0 END
        )
      ) AS BIGINT)
    END AS [true_0]
  FROM [rules 0] AS [s]
), [reasons] AS (
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
      0,
      CAST(N'amount > 10000' AS NVARCHAR(4000)),
      CAST(N'amount' AS NVARCHAR(4000)),
      CAST(N'>' AS NVARCHAR(4000)),
      CAST(NULL AS NVARCHAR(4000)),
      0,
      CAST(NULL AS BIGINT),
      CAST('10000.0' AS FLOAT(53)),
      CAST(NULL AS NVARCHAR(4000)),
      CAST(NULL AS DATE),
      1
    ),
    (
      0,
      CAST(1 AS BIGINT),
      0,
      CAST(4 AS BIGINT),
      N'VIP',
      N'vip',
      1,
      N'kind = ''a''',
      N'kind',
      N'=',
      NULL,
      1,
      NULL,
      NULL,
      N'a',
      NULL,
      NULL
    ),
    (
      0,
      CAST(1 AS BIGINT),
      0,
      CAST(4 AS BIGINT),
      N'VIP',
      N'vip',
      2,
      N'since < ''2025-01-01''',
      N'since',
      N'<',
      NULL,
      2,
      NULL,
      NULL,
      NULL,
      CAST('2025-01-01' AS DATE),
      -1
    ),
    (
      0,
      CAST(8 AS BIGINT),
      0,
      CAST(0 AS BIGINT),
      N'value.gold',
      N'value.gold',
      0,
      N'city in (''x'', ''北京'')',
      N'city',
      N'in',
      NULL,
      3,
      NULL,
      NULL,
      N'["x", "北京"]',
      NULL,
      NULL
    ),
    (
      0,
      CAST(8 AS BIGINT),
      0,
      CAST(0 AS BIGINT),
      N'Gold',
      N'value.gold',
      0,
      N'city in (''x'', ''北京'')',
      N'city',
      N'in',
      NULL,
      3,
      NULL,
      NULL,
      N'["x", "北京"]',
      NULL,
      NULL
    ),
    (
      0,
      CAST(16 AS BIGINT),
      0,
      CAST(0 AS BIGINT),
      N'value.silver',
      N'value.silver',
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL,
      NULL
    )) AS [s]([word], [mask], [word_2], [mask_2], [target], [rule], [finding], [expression], [dimension], [operator], [parameter], [subject], [other], [number], [text], [day], [side])
), [found] AS (
  SELECT
    [s].[row key] AS [row key],
    [t].[target] AS [target],
    [t].[rule] AS [rule],
    [t].[finding] AS [finding],
    [t].[expression] AS [expression],
    [t].[dimension] AS [dimension],
    [t].[operator] AS [operator],
    [t].[parameter] AS [parameter],
    [t].[side] AS [side],
    CASE WHEN [t].[subject] = 0 THEN [s].[amount] END AS [value_number],
    [t].[number] AS [threshold_number],
    CASE
      WHEN [t].[subject] = 1
      THEN [s].[kind] COLLATE Latin1_General_100_BIN2
      WHEN [t].[subject] = 3
      THEN [s].[city] COLLATE Latin1_General_100_BIN2
    END AS [value_text],
    [t].[text] AS [threshold_text],
    CASE WHEN [t].[subject] = 2 THEN [s].[since] END AS [value_date],
    [t].[day] AS [threshold_date]
  FROM [words 0] AS [s]
  JOIN [reasons] AS [t]
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
)
SELECT
  [s].[row key] AS [customer_id],
  [s].[target],
  [s].[rule],
  [s].[finding],
  [s].[expression],
  [s].[dimension],
  [s].[operator],
  [s].[parameter],
  [s].[value_number],
  [s].[value_text],
  [s].[value_date],
  [s].[threshold_number],
  [s].[threshold_text],
  [s].[threshold_date],
  CASE
    WHEN [s].[side] = 1
    THEN COALESCE(
      [s].[value_number] - [s].[threshold_number],
      CAST(DATEDIFF(DAY, [s].[threshold_date], [s].[value_date]) AS FLOAT(53))
    )
    WHEN [s].[side] = (
      -1
    )
    THEN CAST('0.0' AS FLOAT(53)) - COALESCE(
      [s].[value_number] - [s].[threshold_number],
      CAST(DATEDIFF(DAY, [s].[threshold_date], [s].[value_date]) AS FLOAT(53))
    )
    WHEN [s].[side] = 2
    THEN ABS(
      COALESCE(
        [s].[value_number] - [s].[threshold_number],
        CAST(DATEDIFF(DAY, [s].[threshold_date], [s].[value_date]) AS FLOAT(53))
      )
    )
    WHEN [s].[side] = (
      -2
    )
    THEN CAST('0.0' AS FLOAT(53)) - ABS(
      COALESCE(
        [s].[value_number] - [s].[threshold_number],
        CAST(DATEDIFF(DAY, [s].[threshold_date], [s].[value_date]) AS FLOAT(53))
      )
    )
  END AS [margin]
FROM [found] AS [s]
