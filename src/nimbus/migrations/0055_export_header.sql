-- What the first line of a file calls its columns, decided once: a field that is renamed later is
-- still called there what it was. Null of exports from before.
alter table export add column header text[];
