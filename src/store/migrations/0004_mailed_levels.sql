ALTER TABLE `level_marks` ADD `mailed_at` integer;--> statement-breakpoint
ALTER TABLE `level_marks` ADD `mailed_to` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
CREATE INDEX `level_marks_mailed` ON `level_marks` (`mailed_at`) WHERE mailed_at is not null;--> statement-breakpoint
UPDATE `level_marks` SET `mailed_at` = `mails`.`at`, `mailed_to` = `mails`.`addresses` FROM (
	SELECT json_extract(`told`.`value`, '$.ack') AS `ack`, min(`jobs`.`settled_at`) AS `at`, json_group_array(DISTINCT `jobs`.`serial`) AS `addresses`
	FROM `jobs`, json_each(`jobs`.`payload`, '$.told.alerts') AS `told`
	WHERE `jobs`.`kind` = 'send-alert' AND `jobs`.`state` = 'done' AND `jobs`.`reason` IS NULL GROUP BY 1
) AS `mails` WHERE `mails`.`ack` = `level_marks`.`ack`;
