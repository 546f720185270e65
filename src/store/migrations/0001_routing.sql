CREATE TABLE `hints` (
	`ticket` integer PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `routings` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation` text,
	`ticket` integer,
	`source` text NOT NULL,
	`unit` text NOT NULL,
	`rule` text,
	`priority` text,
	`tags` text NOT NULL,
	`mode` text NOT NULL,
	`because` text NOT NULL,
	`version` text NOT NULL,
	`decided_at` integer NOT NULL,
	`placed_unit` text,
	`placed_group_id` integer,
	`placed_at` integer,
	`feedback` text NOT NULL,
	FOREIGN KEY (`conversation`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
-- Requests from before rules were asked went to the unit that they name.
INSERT INTO `routings` (`id`, `conversation`, `ticket`, `source`, `unit`, `tags`, `mode`, `because`, `version`, `decided_at`, `feedback`)
SELECT c.`id`, c.`id`, c.`ticket_id`, 'web-form', c.`unit`, '[]', 'assign', 'no rule matched', 'none', s.`sent_at`, 'open'
FROM `conversations` c JOIN `submissions` s ON s.`id` = c.`submission`;--> statement-breakpoint
CREATE UNIQUE INDEX `routings_conversation_unique` ON `routings` (`conversation`);--> statement-breakpoint
CREATE UNIQUE INDEX `routings_ticket_unique` ON `routings` (`ticket`);--> statement-breakpoint
CREATE INDEX `routings_rule` ON `routings` (`rule`,`feedback`);--> statement-breakpoint
CREATE TABLE `tickets` (
	`id` integer PRIMARY KEY NOT NULL,
	`number` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`group_id` integer NOT NULL,
	`group` text NOT NULL,
	`owned` integer NOT NULL,
	`closed` integer NOT NULL,
	`sight` text NOT NULL,
	`looked_at` integer NOT NULL,
	`waiting_since` integer,
	`told_waiting` integer NOT NULL,
	`muted` integer NOT NULL,
	`hand_overs` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `tickets_live` ON `tickets` (`sight`,`closed`,`looked_at`);--> statement-breakpoint
CREATE INDEX `tickets_waiting` ON `tickets` (`sight`,`waiting_since`);--> statement-breakpoint
CREATE INDEX `conversations_ticket` ON `conversations` (`ticket_id`);