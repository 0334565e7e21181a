-- Whether pairs of contacts who are certainly one person are merged without anybody looking.

alter table workspace add column auto_merge boolean not null default false;
