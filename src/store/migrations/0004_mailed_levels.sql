ALTER TABLE `level_marks` ADD `mailed_at` integer;--> statement-breakpoint
ALTER TABLE `level_marks` ADD `mailed_to` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
CREATE INDEX `level_marks_mailed` ON `level_marks` (`mailed_at`) WHERE mailed_at is not null;--> statement-breakpoint
UPDATE `level_marks` SET `mailed_at` = `at` WHERE `how` = 'told';
