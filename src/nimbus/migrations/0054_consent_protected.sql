-- How many rows of an import left a consent or a status as strict as it was (G-02).
alter table import_job add column consent_protected integer not null default 0;

update import_job i set consent_protected = c.rows
from (
    select workspace_id, import_id, count(*) as rows from import_row
    where detail ? 'consent_protected'
    group by workspace_id, import_id
) as c
where i.workspace_id = c.workspace_id and i.id = c.import_id;
