-- How many lines of a file gave a reason that is none: they are held back under that of the file.
alter table suppression_file add column noted integer not null default 0;
