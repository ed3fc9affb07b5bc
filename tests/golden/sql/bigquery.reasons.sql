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
    `s`.`amount` > CAST('10000.0' AS FLOAT64) AS `rule 1`,
    (
      COLLATE(`s`.`kind`, '') = 'a'
    ) AND (
      `s`.`since` < CAST('2025-01-01' AS DATE)
    ) AS `rule 2`,
    COLLATE(`s`.`value`, '') = 'gold' AS `rule 3`,
    COLLATE(`s`.`value`, '') = 'silver' AS `rule 4`
  FROM `customers 2` AS `s`
), `words 0` AS (
  SELECT
    `s`.`row key`,
    `s`.`amount`,
    `s`.`kind`,
    `s`.`since`,
    `s`.`city`,
    `s`.`row error`,
    CASE
      WHEN `s`.`row error` IS NULL
      THEN CAST((
        CASE WHEN `s`.`rule 0` THEN 1 ELSE 0 END + CASE WHEN `s`.`rule 1` THEN 2 ELSE 0 END
      ) + (
        CASE WHEN `s`.`rule 2` THEN 4 ELSE 0 END + (
          CASE WHEN `s`.`rule 3` THEN 8 ELSE 0 END + CASE WHEN `s`.`rule 4` THEN 16 ELSE 0 END
        )
      ) AS INT64)
    END AS `true_0`
  FROM `rules 0` AS `s`
), `reasons` AS (
  SELECT
    *
  FROM UNNEST([
    STRUCT(
      0 AS `word`,
      1 AS `mask`,
      0 AS `word_2`,
      2 AS `mask_2`,
      CAST('VIP' AS STRING) AS `target`,
      CAST('vip' AS STRING) AS `rule`,
      0 AS `finding`,
      CAST('amount > 10000' AS STRING) AS `expression`,
      CAST('amount' AS STRING) AS `dimension`,
      CAST('>' AS STRING) AS `operator`,
      CAST(NULL AS STRING) AS `parameter`,
      0 AS `subject`,
      CAST(NULL AS INT64) AS `other`,
      CAST('10000.0' AS FLOAT64) AS `number`,
      CAST(NULL AS STRING) AS `text`,
      CAST(NULL AS DATE) AS `day`,
      1 AS `side`
    ),
    STRUCT(
      0 AS `word`,
      1 AS `mask`,
      0 AS `word_2`,
      4 AS `mask_2`,
      'VIP' AS `target`,
      'vip' AS `rule`,
      1 AS `finding`,
      'kind = \'a\'' AS `expression`,
      'kind' AS `dimension`,
      '=' AS `operator`,
      NULL AS `parameter`,
      1 AS `subject`,
      NULL AS `other`,
      NULL AS `number`,
      'a' AS `text`,
      NULL AS `day`,
      NULL AS `side`
    ),
    STRUCT(
      0 AS `word`,
      1 AS `mask`,
      0 AS `word_2`,
      4 AS `mask_2`,
      'VIP' AS `target`,
      'vip' AS `rule`,
      2 AS `finding`,
      'since < \'2025-01-01\'' AS `expression`,
      'since' AS `dimension`,
      '<' AS `operator`,
      NULL AS `parameter`,
      2 AS `subject`,
      NULL AS `other`,
      NULL AS `number`,
      NULL AS `text`,
      CAST('2025-01-01' AS DATE) AS `day`,
      -1 AS `side`
    ),
    STRUCT(
      0 AS `word`,
      8 AS `mask`,
      0 AS `word_2`,
      0 AS `mask_2`,
      'value.gold' AS `target`,
      'value.gold' AS `rule`,
      0 AS `finding`,
      'city in (\'x\', \'北京\')' AS `expression`,
      'city' AS `dimension`,
      'in' AS `operator`,
      NULL AS `parameter`,
      3 AS `subject`,
      NULL AS `other`,
      NULL AS `number`,
      '["x", "北京"]' AS `text`,
      NULL AS `day`,
      NULL AS `side`
    ),
    STRUCT(
      0 AS `word`,
      8 AS `mask`,
      0 AS `word_2`,
      0 AS `mask_2`,
      'Gold' AS `target`,
      'value.gold' AS `rule`,
      0 AS `finding`,
      'city in (\'x\', \'北京\')' AS `expression`,
      'city' AS `dimension`,
      'in' AS `operator`,
      NULL AS `parameter`,
      3 AS `subject`,
      NULL AS `other`,
      NULL AS `number`,
      '["x", "北京"]' AS `text`,
      NULL AS `day`,
      NULL AS `side`
    ),
    STRUCT(
      0 AS `word`,
      16 AS `mask`,
      0 AS `word_2`,
      0 AS `mask_2`,
      'value.silver' AS `target`,
      'value.silver' AS `rule`,
      NULL AS `finding`,
      NULL AS `expression`,
      NULL AS `dimension`,
      NULL AS `operator`,
      NULL AS `parameter`,
      NULL AS `subject`,
      NULL AS `other`,
      NULL AS `number`,
      NULL AS `text`,
      NULL AS `day`,
      NULL AS `side`
    )
  ]) AS `s`
), `found` AS (
  SELECT
    `s`.`row key` AS `row key`,
    `t`.`target`,
    `t`.`rule`,
    `t`.`finding`,
    `t`.`expression`,
    `t`.`dimension`,
    `t`.`operator`,
    `t`.`parameter`,
    `t`.`side`,
    CASE WHEN `t`.`subject` = 0 THEN `s`.`amount` END AS `value_number`,
    `t`.`number` AS `threshold_number`,
    CASE
      WHEN `t`.`subject` = 1
      THEN COLLATE(`s`.`kind`, '')
      WHEN `t`.`subject` = 3
      THEN COLLATE(`s`.`city`, '')
    END AS `value_text`,
    `t`.`text` AS `threshold_text`,
    CASE WHEN `t`.`subject` = 2 THEN `s`.`since` END AS `value_date`,
    `t`.`day` AS `threshold_date`
  FROM `words 0` AS `s`
  JOIN `reasons` AS `t`
    ON (
      (
        `s`.`true_0` & `t`.`mask`
      ) = `t`.`mask`
    )
    AND (
      (
        `s`.`true_0` & `t`.`mask_2`
      ) = `t`.`mask_2`
    )
)
SELECT
  `s`.`row key` AS `customer_id`,
  `s`.`target`,
  `s`.`rule`,
  `s`.`finding`,
  `s`.`expression`,
  `s`.`dimension`,
  `s`.`operator`,
  `s`.`parameter`,
  `s`.`value_number`,
  `s`.`value_text`,
  `s`.`value_date`,
  `s`.`threshold_number`,
  `s`.`threshold_text`,
  `s`.`threshold_date`,
  CASE
    WHEN `s`.`side` = 1
    THEN COALESCE(
      `s`.`value_number` - `s`.`threshold_number`,
      CAST(DATE_DIFF(`s`.`value_date`, `s`.`threshold_date`, DAY) AS FLOAT64)
    )
    WHEN `s`.`side` = (
      -1
    )
    THEN CAST('0.0' AS FLOAT64) - COALESCE(
      `s`.`value_number` - `s`.`threshold_number`,
      CAST(DATE_DIFF(`s`.`value_date`, `s`.`threshold_date`, DAY) AS FLOAT64)
    )
    WHEN `s`.`side` = 2
    THEN ABS(
      COALESCE(
        `s`.`value_number` - `s`.`threshold_number`,
        CAST(DATE_DIFF(`s`.`value_date`, `s`.`threshold_date`, DAY) AS FLOAT64)
      )
    )
    WHEN `s`.`side` = (
      -2
    )
    THEN CAST('0.0' AS FLOAT64) - ABS(
      COALESCE(
        `s`.`value_number` - `s`.`threshold_number`,
        CAST(DATE_DIFF(`s`.`value_date`, `s`.`threshold_date`, DAY) AS FLOAT64)
      )
    )
  END AS `margin`
FROM `found` AS `s`
