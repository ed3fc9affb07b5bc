WITH `customers 0` AS (
  SELECT
    `s`.`customer_id` AS `row key`,
    CAST(`s`.`amount` AS FLOAT64) AS `amount raw`,
    `s`.`kind` AS `kind raw`,
    `s`.`city` AS `city raw`,
    `s`.`since` AS `since raw`
  FROM `dw`.`customers` AS `s`
), `customers 1` AS (
  SELECT
    `s`.*,
    CASE
      WHEN ABS(`s`.`amount raw`) < CAST('1e-18' AS FLOAT64)
      THEN CAST('0.0' AS FLOAT64)
      WHEN ABS(`s`.`amount raw`) < CAST('10000000000000.0' AS FLOAT64)
      THEN `s`.`amount raw`
    END AS `amount`,
    CASE WHEN COLLATE(`s`.`kind raw`, '') IN ('a', 'b') THEN COLLATE(`s`.`kind raw`, '') END AS `kind`,
    CASE
      WHEN (
        CHAR_LENGTH(`s`.`city raw`) <= 10000
      ) AND (
        STRPOS(`s`.`city raw`, CHR(0)) = 0
      )
      THEN COLLATE(`s`.`city raw`, '')
    END AS `city`,
    CASE
      WHEN (
        `s`.`since raw` >= CAST('0001-01-01' AS DATE)
      )
      AND (
        `s`.`since raw` <= CAST('9999-12-31' AS DATE)
      )
      THEN `s`.`since raw`
    END AS `since`,
    CAST(NULL AS STRING) AS `row error`
  FROM `customers 0` AS `s`
), `customers 2` AS (
  SELECT
    `s`.*,
    CASE
      WHEN COLLATE(`s`.`city`, '') IN ('x', '北京')
      THEN 'gold'
      WHEN (
        COLLATE(`s`.`city`, '') IN ('x', '北京')
      ) IS NULL
      THEN NULL
      WHEN TRUE
      THEN 'silver'
      ELSE ''
    END AS `value`
  FROM `customers 1` AS `s`
), `rules 0` AS (
  SELECT
    `s`.*,
    (
      `s`.`amount` > CAST('10000.0' AS FLOAT64)
    )
    OR (
      (
        COLLATE(`s`.`kind`, '') = 'a'
      ) AND (
        `s`.`since` < CAST('2025-01-01' AS DATE)
      )
    ) AS `rule 0`,
    COLLATE(`s`.`value`, '') = 'gold' AS `rule 1`
  FROM `customers 2` AS `s`
), `words 0` AS (
  SELECT
    `s`.`row key`,
    `s`.`row error`,
    CASE
      WHEN `s`.`row error` IS NULL
      THEN CAST(CASE WHEN `s`.`rule 0` THEN 1 ELSE 0 END + CASE WHEN `s`.`rule 1` THEN 2 ELSE 0 END AS INT64)
    END AS `true_0`
  FROM `rules 0` AS `s`
), `tags` AS (
  SELECT
    *
  FROM UNNEST([STRUCT('VIP' AS `tag`, 0 AS `word`, 1 AS `mask`), STRUCT('Gold' AS `tag`, 0 AS `word`, 2 AS `mask`)]) AS `s`
)
SELECT
  `s`.`row key` AS `customer_id`,
  `t`.`tag` AS `tag`
FROM `words 0` AS `s`
JOIN `tags` AS `t`
  ON (
    `s`.`true_0` & `t`.`mask`
  ) <> 0
