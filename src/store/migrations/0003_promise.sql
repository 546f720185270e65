CREATE TABLE `clocks` (
	`subject` text NOT NULL,
	`key` text NOT NULL,
	`number` text NOT NULL,
	`form` text,
	`reason` text,
	`kind` text NOT NULL,
	`because` text NOT NULL,
	`started_at` integer NOT NULL,
	`unit` text,
	`priority` text,
	`target_ms` integer NOT NULL,
	`picked` text NOT NULL,
	`passed_wall` integer NOT NULL,
	`passed_business` integer NOT NULL,
	`due_wall` integer,
	`due_business` integer,
	`outcome` text NOT NULL,
	`ended_at` integer,
	`kept_wall` integer,
	`kept_business` integer,
	`version` text DEFAULT '' NOT NULL,
	PRIMARY KEY(`subject`, `key`),
	FOREIGN KEY (`subject`) REFERENCES `promises`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `clocks_started` ON `clocks` (`kind`,`started_at`);--> statement-breakpoint
CREATE INDEX `clocks_ended` ON `clocks` (`kind`,`ended_at`,`started_at`);--> statement-breakpoint
CREATE TABLE `level_marks` (
	`subject` text NOT NULL,
	`clock` text NOT NULL,
	`level` text NOT NULL,
	`how` text NOT NULL,
	`came_at` integer NOT NULL,
	`at` integer NOT NULL,
	`ack` text NOT NULL,
	`acknowledged_at` integer,
	PRIMARY KEY(`subject`, `clock`, `level`)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `level_marks_ack_unique` ON `level_marks` (`ack`);--> statement-breakpoint
CREATE INDEX `level_marks_at` ON `level_marks` (`how`,`at`);--> statement-breakpoint
CREATE TABLE `promises` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation` text,
	`ticket` integer,
	`number` text DEFAULT '' NOT NULL,
	`form` text,
	`unit` text,
	`priority` text,
	`is_open` integer DEFAULT true NOT NULL,
	`clock` text,
	`kind` text,
	`started_at` integer,
	`due_at` integer,
	`quiet_since` integer,
	`tag` text DEFAULT 'none' NOT NULL,
	`next_at` integer,
	`version` text DEFAULT '' NOT NULL,
	`touched` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`conversation`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `promises_conversation_unique` ON `promises` (`conversation`);--> statement-breakpoint
CREATE UNIQUE INDEX `promises_ticket_unique` ON `promises` (`ticket`);--> statement-breakpoint
CREATE INDEX `promises_next` ON `promises` (`next_at`) WHERE next_at is not null;--> statement-breakpoint
CREATE INDEX `promises_due` ON `promises` (`due_at`) WHERE clock is not null;--> statement-breakpoint
CREATE INDEX `promises_version` ON `promises` (`version`) WHERE is_open or clock is not null;--> statement-breakpoint
CREATE INDEX `promises_quiet` ON `promises` (`quiet_since`) WHERE quiet_since is not null;--> statement-breakpoint
CREATE INDEX `promises_unit` ON `promises` (`unit`,`due_at`);--> statement-breakpoint
CREATE TABLE `ticket_facts` (
	`ticket` integer PRIMARY KEY NOT NULL,
	`number` text NOT NULL,
	`created_at` integer NOT NULL,
	`opened` text NOT NULL,
	`now` text NOT NULL,
	`changes` text NOT NULL,
	`heir` integer
) STRICT;
--> statement-breakpoint
CREATE INDEX `ticket_facts_heir` ON `ticket_facts` (`heir`) WHERE heir is not null;--> statement-breakpoint
ALTER TABLE `articles` ADD `automatic` integer DEFAULT false NOT NULL;--> statement-breakpoint
DROP INDEX `jobs_serial`;--> statement-breakpoint
CREATE INDEX `jobs_serial` ON `jobs` (`serial`,`state`,`settled_at`);--> statement-breakpoint
CREATE INDEX `articles_born` ON `articles` (`born_on`,`created_at`);--> statement-breakpoint
CREATE INDEX `promises_live` ON `promises` (`unit`,`due_at`,`tag`,`clock`,`is_open`) WHERE is_open or clock is not null;--> statement-breakpoint
CREATE INDEX `replies_act` ON `replies` (`act`,`sent_at`);--> statement-breakpoint
CREATE INDEX `routings_decided` ON `routings` (`decided_at`);--> statement-breakpoint
INSERT INTO `memory` (`key`, `value`) SELECT 'promises-since', strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE EXISTS (SELECT 1 FROM `conversations`) OR EXISTS (SELECT 1 FROM `tickets`);--> statement-breakpoint
INSERT OR IGNORE INTO `promises` (`id`, `conversation`, `ticket`, `number`, `next_at`) SELECT 'c:' || `id`, `id`, `ticket_id`, coalesce(`ticket_number`, `reference`), unixepoch() * 1000 FROM `conversations`;--> statement-breakpoint
INSERT OR IGNORE INTO `promises` (`id`, `ticket`, `number`, `next_at`) SELECT 't:' || `id`, `id`, `number`, unixepoch() * 1000 FROM `tickets` WHERE `id` NOT IN (SELECT `ticket_id` FROM `conversations` WHERE `ticket_id` IS NOT NULL);--> statement-breakpoint
UPDATE `promises` SET `is_open` = 0, `next_at` = `promises`.`next_at` + 3000 * `over`.`place` FROM (SELECT `id`, row_number() OVER (ORDER BY `id` DESC) AS `place` FROM `tickets` WHERE `closed` = 1 OR `sight` = 'gone') AS `over` WHERE `over`.`id` = `promises`.`ticket`;--> statement-breakpoint
INSERT INTO `level_marks` (`subject`, `clock`, `level`, `how`, `came_at`, `at`, `ack`, `acknowledged_at`) SELECT 'c:' || `id`, 'request', '100%', 'covered', `due_at`, `told_late_at`, lower(hex(randomblob(16))), NULL FROM `conversations` WHERE `told_late_at` IS NOT NULL;
