CREATE TABLE `attachments` (
	`id` text PRIMARY KEY NOT NULL,
	`submission` text NOT NULL,
	`position` integer NOT NULL,
	`field` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`size` integer NOT NULL,
	`sha256` text NOT NULL,
	`stored_as` text NOT NULL,
	FOREIGN KEY (`submission`) REFERENCES `submissions`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `attachments_stored_as_unique` ON `attachments` (`stored_as`);--> statement-breakpoint
CREATE INDEX `attachments_submission` ON `attachments` (`submission`);--> statement-breakpoint
CREATE TABLE `conversations` (
	`id` text PRIMARY KEY NOT NULL,
	`submission` text NOT NULL,
	`reference` text NOT NULL,
	`ticket_number` text,
	`ticket_id` integer,
	`ticket_created_at` integer,
	`opened_at` integer,
	`unit` text NOT NULL,
	`due_at` integer NOT NULL,
	`recipient` text NOT NULL,
	`link_hash` text NOT NULL,
	`link_generation` integer NOT NULL,
	`link_key` text NOT NULL,
	FOREIGN KEY (`submission`) REFERENCES `submissions`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_submission_unique` ON `conversations` (`submission`);--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_reference_unique` ON `conversations` (`reference`);--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_ticket_number_unique` ON `conversations` (`ticket_number`);--> statement-breakpoint
CREATE UNIQUE INDEX `conversations_link_hash_unique` ON `conversations` (`link_hash`);--> statement-breakpoint
CREATE TABLE `jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`lane` text NOT NULL,
	`conversation` text,
	`serial` text,
	`natural_key` text,
	`payload` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer NOT NULL,
	`uncertain` integer NOT NULL,
	`next_at` integer NOT NULL,
	`lease` text,
	`leased_until` integer,
	`claimed_at` integer,
	`last_attempt_at` integer,
	`reason_code` text,
	`reason` text,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`conversation`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_natural_key_unique` ON `jobs` (`natural_key`);--> statement-breakpoint
CREATE INDEX `jobs_due` ON `jobs` (`lane`,`state`,`next_at`);--> statement-breakpoint
CREATE INDEX `jobs_serial` ON `jobs` (`serial`,`state`);--> statement-breakpoint
CREATE INDEX `jobs_conversation` ON `jobs` (`conversation`);--> statement-breakpoint
CREATE TABLE `memory` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `messages` (
	`id` text PRIMARY KEY NOT NULL,
	`conversation` text NOT NULL,
	`kind` text NOT NULL,
	`message_id` text NOT NULL,
	`recipient` text NOT NULL,
	`stored_as` text,
	`sha256` text,
	`created_at` integer NOT NULL,
	`sent_at` integer,
	FOREIGN KEY (`conversation`) REFERENCES `conversations`(`id`) ON UPDATE no action ON DELETE no action
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_message_id_unique` ON `messages` (`message_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `messages_stored_as_unique` ON `messages` (`stored_as`);--> statement-breakpoint
CREATE INDEX `messages_conversation` ON `messages` (`conversation`);--> statement-breakpoint
CREATE TABLE `pauses` (
	`lane` text PRIMARY KEY NOT NULL,
	`reason` text NOT NULL,
	`since` integer NOT NULL,
	`probe_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `submissions` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`key_until` integer NOT NULL,
	`content` text NOT NULL,
	`form` text NOT NULL,
	`language` text NOT NULL,
	`time_zone` text,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`organisation` text,
	`answers` text NOT NULL,
	`policy_version` text NOT NULL,
	`title` text NOT NULL,
	`body` text NOT NULL,
	`sent_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `submissions_key_unique` ON `submissions` (`key`);