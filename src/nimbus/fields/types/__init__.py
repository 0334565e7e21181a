"""How values of each kind are read, stored, compared and shown; one small file per type."""

from nimbus.fields.types.boolean import BOOLEAN
from nimbus.fields.types.choice import Choice
from nimbus.fields.types.country import COUNTRY
from nimbus.fields.types.date import DATE, DateType, count_unreadable, guess_day_first
from nimbus.fields.types.domain import DOMAIN, HOST
from nimbus.fields.types.dropdown import Dropdown
from nimbus.fields.types.email import EMAIL
from nimbus.fields.types.integer import COUNT, EMPLOYEE_COUNT, Integer
from nimbus.fields.types.location import LOCATION
from nimbus.fields.types.membership import Membership
from nimbus.fields.types.moment import MOMENT
from nimbus.fields.types.multi_select import MultiSelect
from nimbus.fields.types.number import NUMBER
from nimbus.fields.types.person_name import PERSON_NAME
from nimbus.fields.types.phone import PHONE
from nimbus.fields.types.reference import Reference
from nimbus.fields.types.revenue import REVENUE, REVENUE_BANDS
from nimbus.fields.types.score import SCORE
from nimbus.fields.types.slug import Slug
from nimbus.fields.types.social import LINKEDIN, LINKEDIN_COMPANY, TWITTER
from nimbus.fields.types.tags import TAGS
from nimbus.fields.types.text import LONG_TEXT, TEXT, Text
from nimbus.fields.types.text_list import TEXT_LIST
from nimbus.fields.types.time_zone import TIME_ZONE
from nimbus.fields.types.url import URL

__all__ = [
    "BOOLEAN",
    "COUNT",
    "COUNTRY",
    "DATE",
    "DOMAIN",
    "EMAIL",
    "EMPLOYEE_COUNT",
    "HOST",
    "LINKEDIN",
    "LINKEDIN_COMPANY",
    "LOCATION",
    "LONG_TEXT",
    "MOMENT",
    "NUMBER",
    "PERSON_NAME",
    "PHONE",
    "REVENUE",
    "REVENUE_BANDS",
    "SCORE",
    "TAGS",
    "TEXT",
    "TEXT_LIST",
    "TIME_ZONE",
    "TWITTER",
    "URL",
    "Choice",
    "DateType",
    "Dropdown",
    "Integer",
    "Membership",
    "MultiSelect",
    "Reference",
    "Slug",
    "Text",
    "count_unreadable",
    "guess_day_first",
]
