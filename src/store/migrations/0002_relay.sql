CREATE TABLE `articles` (
	`id` integer NOT NULL,
	`created_at` integer NOT NULL,
	`ticket` integer NOT NULL,
	`born_on` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`sender` text NOT NULL,
	`type` text NOT NULL,
	`internal` integer NOT NULL,
	`message_id` text,
	`disposition` text NOT NULL,
	`because` text NOT NULL,
	`side` text,
	`name` text NOT NULL,
	`html` text NOT NULL,
	`text` text NOT NULL,
	`files` text NOT NULL,
	`publication` integer NOT NULL,
	`seen_by` text NOT NULL,
	`first_seen_at` integer NOT NULL,
	`asked` integer NOT NULL,
	`mailed` integer NOT NULL,
	PRIMARY KEY(`id`, `created_at`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `articles_ticket` ON `articles` (`ticket`,`created_at`);--> statement-breakpoint
CREATE INDEX `articles_disposition` ON `articles` (`disposition`,`because`,`created_at`);--> statement-breakpoint
CREATE INDEX `articles_seen` ON `articles` (`seen_by`,`disposition`,`created_at`,`first_seen_at`);--> statement-breakpoint
CREATE TABLE `replies` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation` text NOT NULL,
	`key` text NOT NULL,
	`content` text NOT NULL,
	`act` text NOT NULL,
	`body` text NOT NULL,
	`score` integer,
	`sent_at` integer NOT NULL,
	`posted_at` integer,
	FOREIGN KEY (`conversation`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `replies_key_unique` ON `replies` (`key`);--> statement-breakpoint
CREATE INDEX `replies_conversation` ON `replies` (`conversation`);--> statement-breakpoint
CREATE TABLE `reply_files` (
	`id` text PRIMARY KEY NOT NULL,
	`reply` text NOT NULL,
	`position` integer NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`size` integer NOT NULL,
	`sha256` text NOT NULL,
	`stored_as` text NOT NULL,
	FOREIGN KEY (`reply`) REFERENCES `replies`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `reply_files_stored_as_unique` ON `reply_files` (`stored_as`);--> statement-breakpoint
CREATE INDEX `reply_files_reply` ON `reply_files` (`reply`);--> statement-breakpoint
CREATE TABLE `shares` (
	`article` integer NOT NULL,
	`article_created_at` integer NOT NULL,
	`conversation` text NOT NULL,
	PRIMARY KEY(`article`, `article_created_at`, `conversation`),
	FOREIGN KEY (`conversation`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE INDEX `shares_conversation` ON `shares` (`conversation`);--> statement-breakpoint
CREATE TABLE `suspensions` (
	`address` text PRIMARY KEY NOT NULL,
	`since` integer NOT NULL,
	`ticket` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `__new_messages` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation` text,
	`kind` text NOT NULL,
	`article` integer,
	`article_created_at` integer,
	`facts` text DEFAULT '{}' NOT NULL,
	`message_id` text NOT NULL,
	`recipient` text NOT NULL,
	`stored_as` text,
	`sha256` text,
	`created_at` integer NOT NULL,
	`sent_at` integer,
	FOREIGN KEY (`conversation`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_messages` (`id`, `conversation`, `kind`, `message_id`, `recipient`, `stored_as`, `sha256`, `created_at`, `sent_at`)
SELECT `id`, `conversation`, `kind`, `message_id`, `recipient`, `stored_as`, `sha256`, `created_at`, `sent_at` FROM `messages`;--> statement-breakpoint
DROP TABLE `messages`;--> statement-breakpoint
ALTER TABLE `__new_messages` RENAME TO `messages`;--> statement-breakpoint
CREATE UNIQUE INDEX `messages_message_id_unique` ON `messages` (`message_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_stored_as_unique` ON `messages` (`stored_as`);--> statement-breakpoint
CREATE INDEX `messages_conversation` ON `messages` (`conversation`);--> statement-breakpoint
CREATE INDEX `messages_article` ON `messages` (`article`);--> statement-breakpoint
CREATE INDEX `messages_recipient` ON `messages` (lower("recipient"),`kind`);--> statement-breakpoint
ALTER TABLE `conversations` ADD `customer_id` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `former_recipients` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `conversations` ADD `merged_into` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `answered_at` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `closed_at` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `frozen_at` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `unreachable_at` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `told_moved_at` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `told_late_at` integer;--> statement-breakpoint
ALTER TABLE `conversations` ADD `continued_in` text;--> statement-breakpoint
CREATE INDEX `conversations_merged` ON `conversations` (`merged_into`);--> statement-breakpoint
CREATE INDEX `conversations_recipient` ON `conversations` (lower("recipient"));--> statement-breakpoint
CREATE INDEX `conversations_frozen` ON `conversations` (`frozen_at`) WHERE frozen_at is not null;--> statement-breakpoint
CREATE INDEX `conversations_unreachable` ON `conversations` (`unreachable_at`) WHERE unreachable_at is not null;--> statement-breakpoint
CREATE INDEX `conversations_due` ON `conversations` (`answered_at`,`closed_at`,`due_at`);--> statement-breakpoint
ALTER TABLE `jobs` ADD `preparing` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `cuts` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `first_failed_at` integer;--> statement-breakpoint
ALTER TABLE `tickets` ADD `state_type` text DEFAULT 'open' NOT NULL;--> statement-breakpoint
ALTER TABLE `tickets` ADD `customer_id` integer;--> statement-breakpoint
UPDATE `tickets` SET `state_type` = 'closed' WHERE `closed` = 1;
