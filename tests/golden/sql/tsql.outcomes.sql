WITH [orders rows 0] AS (
  SELECT
    CAST(CAST([s].[customer] AS NVARCHAR(4000)) AS VARBINARY(8000)) AS [row key],
    [s].[ordered_at] AS [row time],
    CAST([s].[amount] AS FLOAT(53)) AS [amount raw],
    CAST([s].[pieces] AS FLOAT(53)) AS [pieces raw],
    [s].[kind] AS [kind raw]
  FROM [dw].[orders] AS [s]
  WHERE
    (
      NOT (
        [s].[customer] IS NULL
      )
    )
    AND (
      (
        [s].[ordered_at] < CAST('2025-11-19 16:00:00 +00:00' AS DATETIMEOFFSET(6))
      )
      AND (
        [s].[seen_at] < CAST('2025-11-19 16:00:00 +00:00' AS DATETIMEOFFSET(6))
      )
    )
), [orders rows 1] AS (
  SELECT
    [s].*,
    CASE
      WHEN ABS([s].[amount raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN ABS([s].[amount raw]) < CAST('10000000000000.0' AS FLOAT(53))
      THEN [s].[amount raw]
    END AS [amount],
    CASE
      WHEN ABS([s].[pieces raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN (
        ABS([s].[pieces raw]) <= CAST('9007199254740991.0' AS FLOAT(53))
      )
      AND (
        [s].[pieces raw] = FLOOR([s].[pieces raw])
      )
      THEN [s].[pieces raw]
    END AS [pieces],
    CASE
      WHEN (
        [s].[kind raw] COLLATE Latin1_General_100_BIN2 + N'.'
      ) IN (N'x.', N'y.')
      THEN [s].[kind raw] COLLATE Latin1_General_100_BIN2
    END AS [kind],
    CASE
      WHEN (
        ABS([s].[pieces raw]) <= CAST('9007199254740991.0' AS FLOAT(53))
      )
      AND (
        NOT (
          [s].[pieces raw] = FLOOR([s].[pieces raw])
        )
      )
      THEN N'orders.pieces'
    END AS [part 2],
    1 AS [item 4]
  FROM [orders rows 0] AS [s]
), [orders rows 2] AS (
  SELECT
    [s].*,
    [s].[amount] / NULLIF([s].[pieces], CAST('0.0' AS FLOAT(53))) AS [part 1],
    CASE
      WHEN (
        [s].[row time] >= CAST('2025-10-20 16:00:00 +00:00' AS DATETIMEOFFSET(6))
      )
      AND (
        (
          [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
        ) = N'x.'
      )
      THEN FLOOR((
        [s].[amount] * CAST('100.0' AS FLOAT(53))
      ) + CAST('0.5' AS FLOAT(53)))
    END AS [item 0],
    CASE
      WHEN [s].[row time] >= CAST('2025-10-31 16:00:00 +00:00' AS DATETIMEOFFSET(6))
      THEN FLOOR((
        [s].[amount] * CAST('100.0' AS FLOAT(53))
      ) + CAST('0.5' AS FLOAT(53)))
    END AS [item 1],
    [s].[kind] AS [item 5],
    [s].[pieces] AS [item 6],
    FLOOR((
      [s].[amount] * CAST('100.0' AS FLOAT(53))
    ) + CAST('0.5' AS FLOAT(53))) AS [item 7]
  FROM [orders rows 1] AS [s]
), [orders rows 3] AS (
  SELECT
    [s].*,
    CASE
      WHEN ABS([s].[part 1]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN ABS([s].[part 1]) < CAST('10000000000000.0' AS FLOAT(53))
      THEN [s].[part 1]
    END AS [price],
    FLOOR([s].[item 0] / CAST('1099511627776.0' AS FLOAT(53))) AS [high 0],
    FLOOR([s].[item 1] / CAST('1099511627776.0' AS FLOAT(53))) AS [high 1],
    FLOOR([s].[item 7] / CAST('1099511627776.0' AS FLOAT(53))) AS [high 7]
  FROM [orders rows 2] AS [s]
), [orders rows 4] AS (
  SELECT
    [s].*,
    [s].[item 0] - (
      [s].[high 0] * CAST('1099511627776.0' AS FLOAT(53))
    ) AS [low 0],
    [s].[item 1] - (
      [s].[high 1] * CAST('1099511627776.0' AS FLOAT(53))
    ) AS [low 1],
    [s].[price] AS [item 2],
    CASE
      WHEN (
        [s].[row time] >= CAST('2024-10-20 16:00:00 +00:00' AS DATETIMEOFFSET(6))
      )
      AND (
        [s].[row time] < CAST('2025-10-20 16:00:00 +00:00' AS DATETIMEOFFSET(6))
      )
      THEN [s].[price]
    END AS [item 3],
    [s].[item 7] - (
      [s].[high 7] * CAST('1099511627776.0' AS FLOAT(53))
    ) AS [low 7]
  FROM [orders rows 3] AS [s]
), [orders groups] AS (
  SELECT
    [s].[row key] AS [row key],
    COUNT([s].[item 0]) AS [count 0],
    CAST(SUM(CAST([s].[high 0] AS BIGINT)) AS BIGINT) AS [high 0],
    CAST(SUM(CAST([s].[low 0] AS BIGINT)) AS BIGINT) AS [low 0],
    COUNT([s].[item 1]) AS [count 1],
    CAST(SUM(CAST([s].[high 1] AS BIGINT)) AS BIGINT) AS [high 1],
    CAST(SUM(CAST([s].[low 1] AS BIGINT)) AS BIGINT) AS [low 1],
    MIN([s].[item 2]) AS [item 2],
    MAX([s].[item 3]) AS [item 3],
    CAST(COUNT([s].[item 4]) AS FLOAT(53)) AS [item 4],
    COUNT([s].[item 7]) AS [count 7],
    SUM(
      (
        CAST(CAST([s].[high 7] AS BIGINT) AS DECIMAL(38, 0)) * CAST(1099511627776 AS DECIMAL(38, 0))
      ) + CAST(CAST([s].[low 7] AS BIGINT) AS DECIMAL(38, 0))
    ) AS [sum 7],
    SUM(
      (
        (
          CAST(CAST([s].[high 7] AS BIGINT) AS DECIMAL(38, 0)) * CAST(1099511627776 AS DECIMAL(38, 0))
        ) + CAST(CAST([s].[low 7] AS BIGINT) AS DECIMAL(38, 0))
      ) * (
        (
          CAST(CAST([s].[high 7] AS BIGINT) AS DECIMAL(38, 0)) * CAST(1099511627776 AS DECIMAL(38, 0))
        ) + CAST(CAST([s].[low 7] AS BIGINT) AS DECIMAL(38, 0))
      )
    ) AS [squares 7],
    MAX([s].[part 2]) AS [row fault]
  FROM [orders rows 4] AS [s]
  GROUP BY
    [s].[row key]
), [orders sums] AS (
  SELECT
    [s].[row key] AS [row key],
    (
      (
        CAST([s].[high 0] + CAST([s].[low 0] / CAST(1099511627776 AS BIGINT) AS BIGINT) AS FLOAT(53)) * CAST('1099511627776.0' AS FLOAT(53))
      ) + CAST(CAST([s].[low 0] % CAST(1099511627776 AS BIGINT) AS BIGINT) AS FLOAT(53))
    ) / CAST('100.0' AS FLOAT(53)) AS [item 0],
    (
      (
        CAST([s].[high 1] + CAST([s].[low 1] / CAST(1099511627776 AS BIGINT) AS BIGINT) AS FLOAT(53)) * CAST('1099511627776.0' AS FLOAT(53))
      ) + CAST(CAST([s].[low 1] % CAST(1099511627776 AS BIGINT) AS BIGINT) AS FLOAT(53))
    ) / NULLIF(CAST([s].[count 1] AS FLOAT(53)) * CAST('100.0' AS FLOAT(53)), CAST('0.0' AS FLOAT(53))) AS [item 1],
    [s].[item 2] AS [item 2],
    [s].[item 3] AS [item 3],
    [s].[item 4] AS [item 4],
    CASE
      WHEN [s].[count 7] >= 2
      THEN SQRT(
        CAST(CAST((
          CAST([s].[count 7] AS DECIMAL(38, 0)) * CAST([s].[squares 7] AS DECIMAL(38, 0))
        ) - (
          CAST([s].[sum 7] AS DECIMAL(38, 0)) * CAST([s].[sum 7] AS DECIMAL(38, 0))
        ) AS NVARCHAR(4000)) AS FLOAT(53)) / (
          CAST([s].[count 7] AS FLOAT(53)) * (
            CAST([s].[count 7] AS FLOAT(53)) - CAST('1.0' AS FLOAT(53))
          )
        )
      ) / CAST('100.0' AS FLOAT(53))
    END AS [item 7],
    [s].[row fault] AS [row fault]
  FROM [orders groups] AS [s]
), [orders 5 ranked] AS (
  SELECT
    [s].[row key] AS [row key],
    [s].[item 5] AS [item 5],
    ROW_NUMBER() OVER (
      PARTITION BY [s].[row key]
      ORDER BY CASE WHEN [s].[row time] IS NULL THEN 1 ELSE 0 END, [s].[row time] ASC, CASE WHEN [s].[item 5] IS NULL THEN 1 ELSE 0 END, [s].[item 5] ASC
    ) AS [place]
  FROM [orders rows 4] AS [s]
  WHERE
    (
      NOT (
        [s].[item 5] IS NULL
      )
    ) AND (
      NOT (
        [s].[row time] IS NULL
      )
    )
), [orders 5] AS (
  SELECT
    [s].[row key] AS [row key],
    [s].[item 5] AS [item 5]
  FROM [orders 5 ranked] AS [s]
  WHERE
    [s].[place] = 1
), [orders 6 ranked] AS (
  SELECT
    [s].[row key] AS [row key],
    [s].[item 6] AS [item 6],
    ROW_NUMBER() OVER (
      PARTITION BY [s].[row key]
      ORDER BY [s].[row time] DESC, CASE WHEN [s].[item 6] IS NULL THEN 1 ELSE 0 END, [s].[item 6] ASC
    ) AS [place]
  FROM [orders rows 4] AS [s]
  WHERE
    (
      NOT (
        [s].[item 6] IS NULL
      )
    ) AND (
      NOT (
        [s].[row time] IS NULL
      )
    )
), [orders 6] AS (
  SELECT
    [s].[row key] AS [row key],
    [s].[item 6] AS [item 6]
  FROM [orders 6 ranked] AS [s]
  WHERE
    [s].[place] = 1
), [customers 0] AS (
  SELECT
    [s].[customer_id] AS [row key],
    CAST([s].[amount] AS FLOAT(53)) AS [amount raw],
    CAST([s].[level] AS FLOAT(53)) AS [level raw],
    CAST([s].[count] AS FLOAT(53)) AS [count raw],
    CAST([s].[share] AS FLOAT(53)) AS [share raw],
    [s].[blocked] AS [blocked raw],
    [s].[kind] AS [kind raw],
    [s].[city] AS [city raw],
    [s].[since] AS [since raw],
    COALESCE([t0 0].[item 0], CAST('0.0' AS FLOAT(53))) AS [total raw],
    [t0 0].[item 1] AS [mean raw],
    [t0 0].[item 2] AS [least_of raw],
    [t0 0].[item 3] AS [most_of raw],
    COALESCE([t0 0].[item 4], CAST('0.0' AS FLOAT(53))) AS [rows raw],
    [t0 1].[item 5] AS [first_of raw],
    [t0 2].[item 6] AS [last_of raw],
    [t0 0].[item 7] AS [spread raw],
    [t0 0].[row fault] AS [orders fault]
  FROM [dw].[customers] AS [s]
  LEFT JOIN [orders sums] AS [t0 0]
    ON [t0 0].[row key] = CAST(CAST([s].[customer_id] AS NVARCHAR(4000)) AS VARBINARY(8000))
  LEFT JOIN [orders 5] AS [t0 1]
    ON [t0 1].[row key] = CAST(CAST([s].[customer_id] AS NVARCHAR(4000)) AS VARBINARY(8000))
  LEFT JOIN [orders 6] AS [t0 2]
    ON [t0 2].[row key] = CAST(CAST([s].[customer_id] AS NVARCHAR(4000)) AS VARBINARY(8000))
), [customers 1] AS (
  SELECT
    [s].*,
    CASE
      WHEN ABS([s].[amount raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN (
        ABS([s].[amount raw]) < CAST('10000000000000.0' AS FLOAT(53))
      )
      AND (
        [s].[amount raw] >= CAST('0.0' AS FLOAT(53))
      )
      THEN [s].[amount raw]
    END AS [amount],
    COALESCE(
      CASE
        WHEN ABS([s].[level raw]) < CAST('1e-18' AS FLOAT(53))
        THEN CAST('0.0' AS FLOAT(53))
        WHEN ABS([s].[level raw]) <= CAST('1e+18' AS FLOAT(53))
        THEN [s].[level raw]
      END,
      CAST('0.0' AS FLOAT(53))
    ) AS [level],
    CASE
      WHEN ABS([s].[count raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN (
        ABS([s].[count raw]) <= CAST('9007199254740991.0' AS FLOAT(53))
      )
      AND (
        [s].[count raw] = FLOOR([s].[count raw])
      )
      THEN [s].[count raw]
    END AS [count],
    CASE
      WHEN ABS([s].[share raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN (
        ABS([s].[share raw]) <= CAST('1e+18' AS FLOAT(53))
      )
      AND (
        [s].[share raw] <= CAST('1.0' AS FLOAT(53))
      )
      THEN [s].[share raw]
    END AS [share],
    COALESCE(CASE WHEN [s].[blocked raw] IN (0, 1) THEN [s].[blocked raw] END, 0) AS [blocked],
    CASE
      WHEN (
        [s].[kind raw] COLLATE Latin1_General_100_BIN2 + N'.'
      ) IN (N'a.', N'b.', N'c.')
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
    CASE
      WHEN ABS([s].[total raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN ABS([s].[total raw]) < CAST('10000000000000.0' AS FLOAT(53))
      THEN [s].[total raw]
    END AS [total],
    CASE
      WHEN ABS([s].[mean raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN ABS([s].[mean raw]) <= CAST('1e+18' AS FLOAT(53))
      THEN [s].[mean raw]
    END AS [mean],
    CASE
      WHEN ABS([s].[least_of raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN ABS([s].[least_of raw]) <= CAST('1e+18' AS FLOAT(53))
      THEN [s].[least_of raw]
    END AS [least_of],
    CASE
      WHEN ABS([s].[most_of raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN ABS([s].[most_of raw]) <= CAST('1e+18' AS FLOAT(53))
      THEN [s].[most_of raw]
    END AS [most_of],
    CASE
      WHEN ABS([s].[rows raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN (
        ABS([s].[rows raw]) <= CAST('9007199254740991.0' AS FLOAT(53))
      )
      AND (
        [s].[rows raw] = FLOOR([s].[rows raw])
      )
      THEN [s].[rows raw]
    END AS [rows],
    CASE
      WHEN (
        [s].[first_of raw] COLLATE Latin1_General_100_BIN2 + N'.'
      ) IN (N'x.', N'y.')
      THEN [s].[first_of raw]
    END AS [first_of],
    CASE
      WHEN ABS([s].[last_of raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN ABS([s].[last_of raw]) <= CAST('1e+18' AS FLOAT(53))
      THEN [s].[last_of raw]
    END AS [last_of],
    CASE
      WHEN ABS([s].[spread raw]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN ABS([s].[spread raw]) <= CAST('1e+18' AS FLOAT(53))
      THEN [s].[spread raw]
    END AS [spread]
  FROM [customers 0] AS [s]
), [customers 2] AS (
  SELECT
    [s].*,
    CASE
      WHEN [s].[amount] > CAST('5.0' AS FLOAT(53))
      THEN CASE
        WHEN (
          NOT (
            [s].[level] IS NULL
          )
        ) AND (
          NOT (
            [s].[count] IS NULL
          )
        )
        THEN CASE
          WHEN (
            [s].[level] <= CAST('1.0' AS FLOAT(53))
          ) AND (
            [s].[level] <= [s].[count]
          )
          THEN [s].[level]
          WHEN CAST('1.0' AS FLOAT(53)) <= [s].[count]
          THEN CAST('1.0' AS FLOAT(53))
          ELSE [s].[count]
        END
      END
      WHEN CASE
        WHEN [s].[amount] > CAST('5.0' AS FLOAT(53))
        THEN 1
        WHEN NOT (
          [s].[amount] > CAST('5.0' AS FLOAT(53))
        )
        THEN 0
      END IS NULL
      THEN NULL
      WHEN (
        [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
      ) = N'a.'
      THEN CASE
        WHEN (
          NOT (
            [s].[level] IS NULL
          )
        ) AND (
          NOT (
            [s].[amount] IS NULL
          )
        )
        THEN CASE WHEN [s].[level] >= [s].[amount] THEN [s].[level] ELSE [s].[amount] END
      END
      WHEN CASE
        WHEN (
          [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
        ) = N'a.'
        THEN 1
        WHEN NOT (
          (
            [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
          ) = N'a.'
        )
        THEN 0
      END IS NULL
      THEN NULL
      ELSE CAST('0.0' AS FLOAT(53)) - [s].[level]
    END AS [part 1],
    CASE
      WHEN (
        (
          [s].[amount] / NULLIF([s].[level], CAST('0.0' AS FLOAT(53)))
        ) > CAST('2.0' AS FLOAT(53))
      )
      AND (
        (
          [s].[share] < CAST('0.5' AS FLOAT(53))
        )
        OR (
          (
            [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
          ) <> N'b.'
        )
      )
      THEN 1
      WHEN NOT (
        (
          (
            [s].[amount] / NULLIF([s].[level], CAST('0.0' AS FLOAT(53)))
          ) > CAST('2.0' AS FLOAT(53))
        )
        AND (
          (
            [s].[share] < CAST('0.5' AS FLOAT(53))
          )
          OR (
            (
              [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
            ) <> N'b.'
          )
        )
      )
      THEN 0
    END AS [part 2],
    FLOOR(
      (
        (
          CAST('50.0' AS FLOAT(53)) * CASE
            WHEN (
              [s].[amount] / CAST('100000.0' AS FLOAT(53))
            ) <= CAST('0.0' AS FLOAT(53))
            THEN CAST('0.0' AS FLOAT(53))
            WHEN (
              [s].[amount] / CAST('100000.0' AS FLOAT(53))
            ) >= CAST('1.0' AS FLOAT(53))
            THEN CAST('1.0' AS FLOAT(53))
            WHEN NOT (
              [s].[amount] IS NULL
            )
            THEN [s].[amount] / CAST('100000.0' AS FLOAT(53))
          END + (
            CAST('30.0' AS FLOAT(53)) * CASE
              WHEN [s].[level] >= CAST('10.0' AS FLOAT(53))
              THEN CAST('1.0' AS FLOAT(53))
              WHEN [s].[level] >= CAST('2.0' AS FLOAT(53))
              THEN CAST('0.5' AS FLOAT(53)) + (
                CAST('0.5' AS FLOAT(53)) * (
                  (
                    [s].[level] - CAST('2.0' AS FLOAT(53))
                  ) / CAST('8.0' AS FLOAT(53))
                )
              )
              WHEN [s].[level] >= CAST('0.0' AS FLOAT(53))
              THEN CAST('0.0' AS FLOAT(53)) + (
                CAST('0.5' AS FLOAT(53)) * (
                  (
                    [s].[level] - CAST('0.0' AS FLOAT(53))
                  ) / CAST('2.0' AS FLOAT(53))
                )
              )
              WHEN [s].[level] < CAST('0.0' AS FLOAT(53))
              THEN CAST('0.0' AS FLOAT(53))
            END
          ) + (
            CAST('20.0' AS FLOAT(53)) * CASE
              WHEN [s].[kind] IS NULL
              THEN CAST('0.1' AS FLOAT(53))
              WHEN (
                [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
              ) = N'a.'
              THEN CAST('1.0' AS FLOAT(53))
              WHEN (
                [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
              ) = N'b.'
              THEN CAST('0.5' AS FLOAT(53))
              WHEN (
                [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
              ) = N'c.'
              THEN CAST('0.0' AS FLOAT(53))
            END
          )
        ) * CAST('1000000.0' AS FLOAT(53))
      ) + CAST('0.5' AS FLOAT(53))
    ) / CAST('1000000.0' AS FLOAT(53)) AS [part 3],
    CASE WHEN NOT (
      [s].[blocked] = 1
    ) THEN 1 WHEN NOT (
      NOT (
        [s].[blocked] = 1
      )
    ) THEN 0 END AS [row eligible],
    [s].[share] / NULLIF(CAST('3.0' AS FLOAT(53)), CAST('0.0' AS FLOAT(53))) AS [part 10],
    CASE
      WHEN (
        ABS([s].[count raw]) <= CAST('9007199254740991.0' AS FLOAT(53))
      )
      AND (
        NOT (
          [s].[count raw] = FLOOR([s].[count raw])
        )
      )
      THEN N'count'
      WHEN [s].[count] IS NULL
      THEN N'count'
      WHEN NOT (
        [s].[blocked raw] IN (0, 1)
      )
      THEN N'blocked'
      WHEN NOT (
        [s].[orders fault] IS NULL
      )
      THEN [s].[orders fault]
    END AS [row error]
  FROM [customers 1] AS [s]
), [customers 3] AS (
  SELECT
    [s].*,
    CASE
      WHEN ABS([s].[part 1]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN ABS([s].[part 1]) <= CAST('1e+18' AS FLOAT(53))
      THEN [s].[part 1]
    END AS [derived],
    [s].[part 2] AS [named],
    CASE
      WHEN ABS([s].[part 3]) < CAST('1e-18' AS FLOAT(53))
      THEN CAST('0.0' AS FLOAT(53))
      WHEN ABS([s].[part 3]) <= CAST('1e+18' AS FLOAT(53))
      THEN [s].[part 3]
    END AS [mark],
    CASE
      WHEN [s].[row eligible] = 1 AND (
        NOT (
          [s].[amount] IS NULL
        )
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1 AND (
          NOT (
            [s].[amount] IS NULL
          )
        )
      )
      THEN 0
    END AS [part 6],
    CASE
      WHEN [s].[row eligible] = 1 AND (
        [s].[amount] > CAST('5.0' AS FLOAT(53))
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1 AND (
          [s].[amount] > CAST('5.0' AS FLOAT(53))
        )
      )
      THEN 0
    END AS [part 7],
    CASE
      WHEN [s].[row eligible] = 1 AND (
        [s].[amount] > CAST('1.0' AS FLOAT(53))
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1 AND (
          [s].[amount] > CAST('1.0' AS FLOAT(53))
        )
      )
      THEN 0
    END AS [part 8],
    CASE
      WHEN [s].[row eligible] = 1
      AND (
        (
          [s].[amount] >= CAST('10000.0' AS FLOAT(53))
        )
        AND (
          (
            [s].[level] < CASE
              WHEN (
                [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
              ) = N'a.'
              THEN CAST('1.0' AS FLOAT(53))
              WHEN (
                [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
              ) = N'b.'
              THEN CAST('2.0' AS FLOAT(53))
              WHEN NOT (
                [s].[kind] IS NULL
              )
              THEN CAST('3.0' AS FLOAT(53))
            END
          )
          AND (
            (
              [s].[count] >= CAST('2.0' AS FLOAT(53))
            ) AND (
              [s].[count] <= CAST('5.0' AS FLOAT(53))
            )
          )
        )
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1
        AND (
          (
            [s].[amount] >= CAST('10000.0' AS FLOAT(53))
          )
          AND (
            (
              [s].[level] < CASE
                WHEN (
                  [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
                ) = N'a.'
                THEN CAST('1.0' AS FLOAT(53))
                WHEN (
                  [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
                ) = N'b.'
                THEN CAST('2.0' AS FLOAT(53))
                WHEN NOT (
                  [s].[kind] IS NULL
                )
                THEN CAST('3.0' AS FLOAT(53))
              END
            )
            AND (
              (
                [s].[count] >= CAST('2.0' AS FLOAT(53))
              ) AND (
                [s].[count] <= CAST('5.0' AS FLOAT(53))
              )
            )
          )
        )
      )
      THEN 0
    END AS [part 9],
    CASE
      WHEN (
        (
          ABS([s].[level]) + FLOOR([s].[amount] * CAST('2.0' AS FLOAT(53)))
        ) - CEILING([s].[part 10])
      ) > CAST('10.0' AS FLOAT(53))
      THEN 1
      WHEN NOT (
        (
          (
            ABS([s].[level]) + FLOOR([s].[amount] * CAST('2.0' AS FLOAT(53)))
          ) - CEILING([s].[part 10])
        ) > CAST('10.0' AS FLOAT(53))
      )
      THEN 0
    END AS [part 11],
    CASE
      WHEN [s].[row eligible] = 1
      AND (
        (
          (
            [s].[since] < CAST('2025-01-01' AS DATE)
          )
          AND (
            CAST(DATEDIFF(DAY, [s].[since], CAST('2025-11-20' AS DATE)) AS FLOAT(53)) > CAST('30.0' AS FLOAT(53))
          )
        )
        AND (
          (
            CAST((
              DATEDIFF(DAY, CAST('0001-01-01' AS DATE), [s].[since]) % 7
            ) + 1 AS FLOAT(53)) = CAST('1.0' AS FLOAT(53))
          )
          AND (
            CAST(MONTH([s].[since]) AS FLOAT(53)) <> CAST('2.0' AS FLOAT(53))
          )
        )
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1
        AND (
          (
            (
              [s].[since] < CAST('2025-01-01' AS DATE)
            )
            AND (
              CAST(DATEDIFF(DAY, [s].[since], CAST('2025-11-20' AS DATE)) AS FLOAT(53)) > CAST('30.0' AS FLOAT(53))
            )
          )
          AND (
            (
              CAST((
                DATEDIFF(DAY, CAST('0001-01-01' AS DATE), [s].[since]) % 7
              ) + 1 AS FLOAT(53)) = CAST('1.0' AS FLOAT(53))
            )
            AND (
              CAST(MONTH([s].[since]) AS FLOAT(53)) <> CAST('2.0' AS FLOAT(53))
            )
          )
        )
      )
      THEN 0
    END AS [part 12],
    CASE
      WHEN [s].[row eligible] = 1
      AND (
        (
          (
            [s].[total] > CAST('5.0' AS FLOAT(53))
          ) AND (
            [s].[mean] > CAST('1.0' AS FLOAT(53))
          )
        )
        AND (
          (
            [s].[least_of] < [s].[most_of]
          )
          AND (
            (
              [s].[rows] > CAST('2.0' AS FLOAT(53))
            ) AND (
              [s].[last_of] = CAST('1.0' AS FLOAT(53))
            )
          )
        )
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1
        AND (
          (
            (
              [s].[total] > CAST('5.0' AS FLOAT(53))
            ) AND (
              [s].[mean] > CAST('1.0' AS FLOAT(53))
            )
          )
          AND (
            (
              [s].[least_of] < [s].[most_of]
            )
            AND (
              (
                [s].[rows] > CAST('2.0' AS FLOAT(53))
              ) AND (
                [s].[last_of] = CAST('1.0' AS FLOAT(53))
              )
            )
          )
        )
      )
      THEN 0
    END AS [part 14]
  FROM [customers 2] AS [s]
), [customers 4] AS (
  SELECT
    [s].*,
    CASE
      WHEN [s].[row eligible] = 1
      AND (
        (
          NOT (
            [s].[amount] IS NULL
          )
        ) AND (
          [s].[mark] >= CAST('80.0' AS FLOAT(53))
        )
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1
        AND (
          (
            NOT (
              [s].[amount] IS NULL
            )
          ) AND (
            [s].[mark] >= CAST('80.0' AS FLOAT(53))
          )
        )
      )
      THEN 0
    END AS [part 4],
    CASE
      WHEN [s].[row eligible] = 1
      AND (
        (
          NOT (
            [s].[amount] IS NULL
          )
        ) AND (
          [s].[named] = 1
        )
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1
        AND (
          (
            NOT (
              [s].[amount] IS NULL
            )
          ) AND (
            [s].[named] = 1
          )
        )
      )
      THEN 0
    END AS [part 5],
    CASE WHEN [s].[part 7] = 1 THEN N'high' WHEN [s].[part 8] = 1 THEN N'low' ELSE '' END AS [next],
    CASE
      WHEN [s].[row eligible] = 1
      AND (
        CASE
          WHEN (
            CASE WHEN [s].[amount] > CAST('1.0' AS FLOAT(53)) THEN 1 ELSE 0 END + (
              CASE WHEN [s].[level] > CAST('1.0' AS FLOAT(53)) THEN 1 ELSE 0 END + CASE WHEN [s].[named] = 1 THEN 1 ELSE 0 END
            )
          ) >= 2
          THEN 1
          WHEN (
            (
              CASE WHEN [s].[amount] > CAST('1.0' AS FLOAT(53)) THEN 1 ELSE 0 END + (
                CASE WHEN [s].[level] > CAST('1.0' AS FLOAT(53)) THEN 1 ELSE 0 END + CASE WHEN [s].[named] = 1 THEN 1 ELSE 0 END
              )
            ) + (
              CASE
                WHEN CASE
                  WHEN [s].[amount] > CAST('1.0' AS FLOAT(53))
                  THEN 1
                  WHEN NOT (
                    [s].[amount] > CAST('1.0' AS FLOAT(53))
                  )
                  THEN 0
                END IS NULL
                THEN 1
                ELSE 0
              END + (
                CASE
                  WHEN CASE
                    WHEN [s].[level] > CAST('1.0' AS FLOAT(53))
                    THEN 1
                    WHEN NOT (
                      [s].[level] > CAST('1.0' AS FLOAT(53))
                    )
                    THEN 0
                  END IS NULL
                  THEN 1
                  ELSE 0
                END + CASE
                  WHEN CASE WHEN [s].[named] = 1 THEN 1 WHEN NOT (
                    [s].[named] = 1
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
              [s].[city] IS NULL
            ) OR (
              NOT (
                [s].[share] IS NULL
              )
            )
          )
        )
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1
        AND (
          CASE
            WHEN (
              CASE WHEN [s].[amount] > CAST('1.0' AS FLOAT(53)) THEN 1 ELSE 0 END + (
                CASE WHEN [s].[level] > CAST('1.0' AS FLOAT(53)) THEN 1 ELSE 0 END + CASE WHEN [s].[named] = 1 THEN 1 ELSE 0 END
              )
            ) >= 2
            THEN 1
            WHEN (
              (
                CASE WHEN [s].[amount] > CAST('1.0' AS FLOAT(53)) THEN 1 ELSE 0 END + (
                  CASE WHEN [s].[level] > CAST('1.0' AS FLOAT(53)) THEN 1 ELSE 0 END + CASE WHEN [s].[named] = 1 THEN 1 ELSE 0 END
                )
              ) + (
                CASE
                  WHEN CASE
                    WHEN [s].[amount] > CAST('1.0' AS FLOAT(53))
                    THEN 1
                    WHEN NOT (
                      [s].[amount] > CAST('1.0' AS FLOAT(53))
                    )
                    THEN 0
                  END IS NULL
                  THEN 1
                  ELSE 0
                END + (
                  CASE
                    WHEN CASE
                      WHEN [s].[level] > CAST('1.0' AS FLOAT(53))
                      THEN 1
                      WHEN NOT (
                        [s].[level] > CAST('1.0' AS FLOAT(53))
                      )
                      THEN 0
                    END IS NULL
                    THEN 1
                    ELSE 0
                  END + CASE
                    WHEN CASE WHEN [s].[named] = 1 THEN 1 WHEN NOT (
                      [s].[named] = 1
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
                [s].[city] IS NULL
              ) OR (
                NOT (
                  [s].[share] IS NULL
                )
              )
            )
          )
        )
      )
      THEN 0
    END AS [part 13]
  FROM [customers 3] AS [s]
), [customers 5] AS (
  SELECT
    [s].*,
    CASE
      WHEN [s].[part 4] = 1
      THEN N'gold'
      WHEN [s].[part 4] IS NULL
      THEN NULL
      WHEN [s].[part 5] = 1
      THEN N'silver'
      WHEN [s].[part 5] IS NULL
      THEN NULL
      WHEN [s].[part 6] = 1
      THEN N'bronze'
      WHEN [s].[part 6] IS NULL
      THEN NULL
      ELSE ''
    END AS [value]
  FROM [customers 4] AS [s]
), [rules 0] AS (
  SELECT
    [s].*,
    [s].[part 9] AS [rule 0],
    CASE
      WHEN [s].[row eligible] = 1
      AND (
        [s].[part 11] = 1 OR (
          COALESCE([s].[level], [s].[amount]) = CAST('1.0' AS FLOAT(53))
        )
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1
        AND (
          [s].[part 11] = 1 OR (
            COALESCE([s].[level], [s].[amount]) = CAST('1.0' AS FLOAT(53))
          )
        )
      )
      THEN 0
    END AS [rule 1],
    CASE
      WHEN [s].[row eligible] = 1
      AND (
        (
          [s].[count] IN (CAST('1.0' AS FLOAT(53)), CAST('2.0' AS FLOAT(53)), CAST('3.0' AS FLOAT(53)))
        )
        AND (
          (
            NOT (
              (
                [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
              ) IN (N'a.', N'b.')
            )
          )
          AND (
            (
              [s].[city] COLLATE Latin1_General_100_BIN2 + N'.'
            ) IN (N'x.', N'北京.')
          )
        )
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1
        AND (
          (
            [s].[count] IN (CAST('1.0' AS FLOAT(53)), CAST('2.0' AS FLOAT(53)), CAST('3.0' AS FLOAT(53)))
          )
          AND (
            (
              NOT (
                (
                  [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
                ) IN (N'a.', N'b.')
              )
            )
            AND (
              (
                [s].[city] COLLATE Latin1_General_100_BIN2 + N'.'
              ) IN (N'x.', N'北京.')
            )
          )
        )
      )
      THEN 0
    END AS [rule 2],
    CASE
      WHEN [s].[row eligible] = 1
      AND (
        (
          (
            CHARINDEX(N'ab', [s].[city] COLLATE Latin1_General_100_BIN2) = 1
          )
          OR (
            (
              RIGHT([s].[city] COLLATE Latin1_General_100_BIN2, 2) + N'.'
            ) = (
              N'cd' + N'.'
            )
          )
        )
        OR (
          (
            CHARINDEX(N'ef', [s].[city] COLLATE Latin1_General_100_BIN2) > 0
          )
          OR (
            TRANSLATE([s].[city] COLLATE Latin1_General_100_BIN2, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = N'gh'
          )
        )
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1
        AND (
          (
            (
              CHARINDEX(N'ab', [s].[city] COLLATE Latin1_General_100_BIN2) = 1
            )
            OR (
              (
                RIGHT([s].[city] COLLATE Latin1_General_100_BIN2, 2) + N'.'
              ) = (
                N'cd' + N'.'
              )
            )
          )
          OR (
            (
              CHARINDEX(N'ef', [s].[city] COLLATE Latin1_General_100_BIN2) > 0
            )
            OR (
              TRANSLATE([s].[city] COLLATE Latin1_General_100_BIN2, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') = N'gh'
            )
          )
        )
      )
      THEN 0
    END AS [rule 3],
    [s].[part 12] AS [rule 4],
    [s].[part 13] AS [rule 5],
    [s].[part 14] AS [rule 6],
    CASE
      WHEN [s].[row eligible] = 1
      AND (
        (
          [s].[first_of] COLLATE Latin1_General_100_BIN2 + N'.'
        ) = N'x.'
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1
        AND (
          (
            [s].[first_of] COLLATE Latin1_General_100_BIN2 + N'.'
          ) = N'x.'
        )
      )
      THEN 0
    END AS [rule 7],
    CASE
      WHEN [s].[row eligible] = 1 AND (
        [s].[spread] > CAST('2.0' AS FLOAT(53))
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1 AND (
          [s].[spread] > CAST('2.0' AS FLOAT(53))
        )
      )
      THEN 0
    END AS [rule 8],
    CASE
      WHEN [s].[row eligible] = 1
      AND (
        (
          [s].[derived] = [s].[level]
        )
        AND (
          (
            [s].[city] COLLATE Latin1_General_100_BIN2 + N'.'
          ) = (
            [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
          )
        )
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1
        AND (
          (
            [s].[derived] = [s].[level]
          )
          AND (
            (
              [s].[city] COLLATE Latin1_General_100_BIN2 + N'.'
            ) = (
              [s].[kind] COLLATE Latin1_General_100_BIN2 + N'.'
            )
          )
        )
      )
      THEN 0
    END AS [rule 9],
    CASE
      WHEN [s].[row eligible] = 1
      AND (
        (
          (
            [s].[value] COLLATE Latin1_General_100_BIN2 + N'.'
          ) IN (N'gold.', N'silver.')
        )
        AND (
          [s].[mark] >= CAST('50.0' AS FLOAT(53))
        )
      )
      THEN 1
      WHEN NOT (
        [s].[row eligible] = 1
        AND (
          (
            (
              [s].[value] COLLATE Latin1_General_100_BIN2 + N'.'
            ) IN (N'gold.', N'silver.')
          )
          AND (
            [s].[mark] >= CAST('50.0' AS FLOAT(53))
          )
        )
      )
      THEN 0
    END AS [rule 10],
    CASE
      WHEN (
        [s].[value] COLLATE Latin1_General_100_BIN2 + N'.'
      ) <> '.'
      THEN 1
      WHEN NOT (
        (
          [s].[value] COLLATE Latin1_General_100_BIN2 + N'.'
        ) <> '.'
      )
      THEN 0
    END AS [rule 11],
    CASE
      WHEN (
        [s].[next] COLLATE Latin1_General_100_BIN2 + N'.'
      ) <> '.'
      THEN 1
      WHEN NOT (
        (
          [s].[next] COLLATE Latin1_General_100_BIN2 + N'.'
        ) <> '.'
      )
      THEN 0
    END AS [rule 12]
  FROM [customers 5] AS [s]
), [words 0] AS (
  SELECT
    [s].[row key] AS [row key],
    [s].[value] AS [value],
    [s].[next] AS [next],
    [s].[mark] AS [mark],
    [s].[row error] AS [row error],
    CASE
      WHEN [s].[row error] IS NULL
      THEN CAST((
        (
          CASE WHEN [s].[rule 0] = 1 THEN 1 ELSE 0 END + (
            CASE WHEN [s].[rule 1] = 1 THEN 2 ELSE 0 END + CASE WHEN [s].[rule 2] = 1 THEN 4 ELSE 0 END
          )
        ) + (
          CASE WHEN [s].[rule 3] = 1 THEN 8 ELSE 0 END + (
            CASE WHEN [s].[rule 4] = 1 THEN 16 ELSE 0 END + CASE WHEN [s].[rule 5] = 1 THEN 32 ELSE 0 END
          )
        )
      ) + (
        (
          CASE WHEN [s].[rule 6] = 1 THEN 64 ELSE 0 END + (
            CASE WHEN [s].[rule 7] = 1 THEN 128 ELSE 0 END + CASE WHEN [s].[rule 8] = 1 THEN 256 ELSE 0 END
          )
        ) + (
          (
            CASE WHEN [s].[rule 9] = 1 THEN 512 ELSE 0 END + CASE WHEN [s].[rule 10] = 1 THEN 1024 ELSE 0 END
          ) + (
            CASE WHEN [s].[rule 11] = 1 THEN 2048 ELSE 0 END + CASE WHEN [s].[rule 12] = 1 THEN 4096 ELSE 0 END
          )
        )
      ) AS BIGINT)
    END AS [true_0],
    CASE
      WHEN [s].[row error] IS NULL
      THEN CAST((
        (
          CASE WHEN [s].[rule 0] IS NULL THEN 1 ELSE 0 END + (
            CASE WHEN [s].[rule 1] IS NULL THEN 2 ELSE 0 END + CASE WHEN [s].[rule 2] IS NULL THEN 4 ELSE 0 END
          )
        ) + (
          CASE WHEN [s].[rule 3] IS NULL THEN 8 ELSE 0 END + (
            CASE WHEN [s].[rule 4] IS NULL THEN 16 ELSE 0 END + CASE WHEN [s].[rule 5] IS NULL THEN 32 ELSE 0 END
          )
        )
      ) + (
        (
          CASE WHEN [s].[rule 6] IS NULL THEN 64 ELSE 0 END + (
            CASE WHEN [s].[rule 7] IS NULL THEN 128 ELSE 0 END + CASE WHEN [s].[rule 8] IS NULL THEN 256 ELSE 0 END
          )
        ) + (
          (
            CASE WHEN [s].[rule 9] IS NULL THEN 512 ELSE 0 END + CASE WHEN [s].[rule 10] IS NULL THEN 1024 ELSE 0 END
          ) + (
            CASE WHEN [s].[rule 11] IS NULL THEN 2048 ELSE 0 END + CASE WHEN [s].[rule 12] IS NULL THEN 4096 ELSE 0 END
          )
        )
      ) AS BIGINT)
    END AS [unknown_0]
  FROM [rules 0] AS [s]
)
SELECT
  [s].[row key] AS [customer_id],
  N'everything' AS [ruleset],
  N'1.0.0' AS [version],
  CAST('2025-11-20' AS DATE) AS [as_of],
  CASE WHEN [s].[row error] IS NULL THEN NULLIF([s].[value] COLLATE Latin1_General_100_BIN2, '') END AS [tier_value],
  CASE WHEN [s].[row error] IS NULL THEN NULLIF([s].[next] COLLATE Latin1_General_100_BIN2, '') END AS [tier_next],
  CASE WHEN [s].[row error] IS NULL THEN [s].[mark] END AS [mark],
  [s].[true_0],
  [s].[unknown_0],
  [s].[row error] AS [error]
FROM [words 0] AS [s]
