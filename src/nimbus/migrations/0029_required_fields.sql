-- The fields that a contact must have beside its email, as filters name them: a standard field by its
-- key, one of the workspace's own by its id, so that another name changes nothing here.

alter table workspace add column required_fields text[] not null default '{}';
