"""Headers of files as systems and people write them, each with the field it is meant for."""

# ruff: noqa: E501 - a file is one line, as its header is
from __future__ import annotations

# One file per line: its name, then "header=field" parted by bars; no field means: leave it out.
# Values come from `VALUES`; a header may name its own kind of values with "header=field<kind".
FILES = """
hubspot: Record ID=external_id | First Name=first_name | Last Name=last_name | Email=email | Phone Number=phone | Contact owner=<name | Lead Status=status | Create Date=<date | Job Title=title | Company Name=company.name
hubspot-wide: Email=email | First Name=first_name | Last Name=last_name | Mobile Phone Number=mobile | City=city | State/Region=state | Country/Region=country | Website URL=company.website | Industry=company.industry | LinkedIn URL=linkedin_url | Original Source=lead_source
salesforce: Salutation=name_prefix | First Name=first_name | Last Name=last_name | Title=title | Account Name=company.name | Mailing City=city | Mailing State/Province=state | Mailing Country=country | Phone=phone | Mobile=mobile | Email=email | Lead Source=lead_source
salesforce-api: Id=external_id | FirstName=first_name | LastName=last_name | Email=email | Title=title | MobilePhone=mobile | MailingCity=city | MailingCountry=country | LeadSource=lead_source | Department=department | CreatedDate=<date
apollo: First Name=first_name | Last Name=last_name | Title=title | Company=company.name | Email=email | Email Status=verification_status | Seniority=seniority | Departments=department | Work Direct Phone=phone | Mobile Phone=mobile | Corporate Phone=company.phone | # Employees=company.employee_count | Industry=company.industry | Person Linkedin Url=linkedin_url | Website=company.website | Company Linkedin Url=company.linkedin_url | City=city | State=state | Country=country | Company City=company.city | Company Country=company.country | Technologies=company.tech_stack | Annual Revenue=company.revenue_band
linkedin: First Name=first_name | Last Name=last_name | URL=linkedin_url | Email Address=email | Company=company.name | Position=title | Connected On=<date
outlook: Title=<prefix | First Name=first_name | Middle Name=<name | Last Name=last_name | Suffix=name_suffix | Company=company.name | Department=department | Job Title=title | Business City=city | Business Country/Region=country | Business Phone=phone | Mobile Phone=mobile | E-mail Address=email | E-mail 2 Address=<email | Web Page=company.website
google: First Name=first_name | Last Name=last_name | Organization Name=company.name | Organization Title=title | Organization Department=department | Labels=tags | E-mail 1 - Label=<word | E-mail 1 - Value=email | E-mail 2 - Value=<email | Phone 1 - Value=phone | Address 1 - City=city | Address 1 - Country=country | Website 1 - Value=company.website
english-1: Name=full_name | E-mail=email | Organisation=company.name | Tel=phone
english-2: first=first_name | last=last_name | email=email | domain=company.domain | tags=tags
english-3: first_name=first_name | last_name=last_name | work_email=email | job_title=title | company_name=company.name | linkedin_url=linkedin_url
english-4: FIRST NAME=first_name | SURNAME=last_name | EMAIL ADDRESS=email | TELEPHONE=phone | TOWN=city
english-5: Full Name *=full_name | Email (required)=email | Phone number (optional)=phone | Favourite colour=<word
english-6: Contact First Name=first_name | Contact Last Name=last_name | Contact Email=email | Company Website=company.website | Number of Employees=company.employee_count
english-7: firstName=first_name | lastName=last_name | emailAddress=email | jobTitle=title | companyName=company.name | phoneNumber=phone
english-8: Prospect Email=email | Given Name=first_name | Family Name=last_name | Time Zone=time_zone | Location=location
english-9: Email=email | Consent Status=consent_status | Consent Date=consent_date<date | Legal Basis=gdpr_basis | Birthday=<date
english-10: Email=email<email | Manager Email=<email | Fax=<phone | Notes=<word | Created At=<date
german-1: E-Mail=email | Vorname=first_name | Nachname=last_name | Firma=company.name | Position=title | Telefon=phone | Mobil=mobile | Ort=city | Land=country
german-2: E-Mail-Adresse=email | Vorname=first_name | Familienname=last_name | Unternehmen=company.name | Branche=company.industry | Webseite=company.website | Mitarbeiterzahl=company.employee_count
german-3: Anrede=name_prefix | Ansprechpartner=full_name | E-Mail geschäftlich=email | Firmenname=company.name | Abteilung=department | Stadt=city | Bundesland=state
german-4: Kontakt=full_name | Mailadresse=email | Telefonnummer=phone | Jobtitel=title | Jahresumsatz=company.revenue_band | Geburtstag=<date
german-5: VORNAME=first_name | NACHNAME=last_name | EMAIL=email | HANDYNUMMER=mobile | SCHLAGWÖRTER=tags
french-1: Prénom=first_name | Nom=last_name | Adresse e-mail=email | Entreprise=company.name | Poste=title | Téléphone=phone | Ville=city | Pays=country
french-2: Prenom=first_name | Nom de famille=last_name | Courriel=email | Société=company.name | Secteur d'activité=company.industry | Site web=company.website | Effectif=company.employee_count
french-3: Nom complet=full_name | Adresse électronique=email | Fonction=title | Service=department | Portable=mobile | Région=state
french-4: Civilité=name_prefix | Prénom=first_name | Nom=last_name | Mél=email | Raison sociale=company.name | Chiffre d'affaires=company.revenue_band
french-5: Nom et prénom=full_name | Email professionnel=email | Intitulé du poste=title | Étiquettes=tags | Couleur=<word
spanish-1: Nombre=first_name | Apellidos=last_name | Correo electrónico=email | Empresa=company.name | Cargo=title | Teléfono=phone | Ciudad=city | País=country
spanish-2: Nombre completo=full_name | Correo=email | Compañía=company.name | Puesto=title | Móvil=mobile | Provincia=state
spanish-3: nombre=first_name | apellido=last_name | dirección de correo electrónico=email | sitio web=company.website | sector=company.industry | empleados=company.employee_count
spanish-4: Nombre y apellidos=full_name | Correo Electronico=email | Razón social=company.name | Dominio=company.domain | Etiquetas=tags
portuguese-1: Primeiro nome=first_name | Sobrenome=last_name | Endereço de e-mail=email | Empresa=company.name | Cargo=title | Telefone=phone | Cidade=city | País=country
portuguese-2: Nome completo=full_name | E-mail=email | Celular=mobile | Estado=state | Setor=department | Site da empresa=company.website
portuguese-3: Nome próprio=first_name | Apelido=last_name | Correio eletrónico=email | Número de funcionários=company.employee_count | Marcadores=tags
italian-1: Nome=first_name | Cognome=last_name | Indirizzo e-mail=email | Azienda=company.name | Ruolo aziendale=title | Telefono=phone | Città=city | Paese=country
italian-2: Nome completo=full_name | Email=email | Società=company.name | Settore=company.industry | Cellulare=mobile | Regione=state
italian-3: nome=first_name | cognome=last_name | posta elettronica=email | sito web=company.website | dipendenti=company.employee_count | reparto=department
dutch-1: Voornaam=first_name | Achternaam=last_name | E-mailadres=email | Bedrijf=company.name | Functie=title | Telefoon=phone | Plaats=city | Land=country
dutch-2: Naam=full_name | E-mail=email | Bedrijfsnaam=company.name | Mobiel=mobile | Afdeling=department | Provincie=state
dutch-3: Roepnaam=first_name | Familienaam=last_name | Mailadres=email | Branche=company.industry | Aantal medewerkers=company.employee_count | Kleur=<word
values-only: Spalte A=email<email | Spalte B=linkedin_url<linkedin | Spalte C=phone<phone | Spalte D=company.domain<domain | Spalte E=country<country
values-2: x1=<word | x2=email<email | x3=<date | x4=<number
two-emails: Work Email=<word | Email=email<email | Name=full_name
two-emails-2: Email=<word | Work Email=email<email | Name=full_name
two-emails-3: Personal Email=<email | Work Email=email | Mobile=mobile
contact-is-email: Contact=email<email | Company=company.name | Website=company.website
hubspot-api: hs_object_id=<number | firstname=first_name | lastname=last_name | email=email | jobtitle=title | company=company.name | phone=phone | mobilephone=mobile | hs_linkedin_url=linkedin_url
pipedrive: Person - Name=full_name | Person - Email=email | Person - Phone=phone | Person - Organization=company.name | Person - Labels=tags
mailchimp: Email Address=email | First Name=first_name | Last Name=last_name | Address=location | Phone Number=phone | Tags=tags | OPTIN_TIME=<date | LATITUDE=<number
lusha: First Name=first_name | Last Name=last_name | Job Title=title | Work email=email | Direct Phone=phone | Company Name=company.name | Company Domain=company.domain | LinkedIn URL=linkedin_url
"""

VALUES = {
    "email": ["ann@acme.com", "bob@globex.co.uk", "c.d@initech.de"],
    "first_name": ["Ann", "Bob", "Carla"],
    "last_name": ["Lee", "Roe", "Díaz"],
    "full_name": ["Ann Lee", "Bob Roe", "Carla Díaz"],
    "name_prefix": ["Dr.", "Mr.", "Ms."],
    "name_suffix": ["Jr.", "PhD", "III"],
    "phone": ["+44 20 7946 0958", "+1 415 555 2671", "+49 30 901820"],
    "linkedin_url": [f"https://www.linkedin.com/in/{name}" for name in ("ann", "bob", "carla")],
    "company.linkedin_url": [
        f"https://www.linkedin.com/company/{name}" for name in ("acme", "globex", "initech")
    ],
    "company.domain": ["acme.com", "globex.co.uk", "initech.de"],
    "company.website": ["https://acme.com", "https://globex.co.uk", "http://www.initech.de"],
    "country": ["Germany", "United Kingdom", "Spain"],
    "company.employee_count": ["12", "350", "4000"],
    "company.revenue_band": ["", "", ""],
    "seniority": ["manager", "director", "vp"],
    "department": ["Sales", "Marketing", "Engineering"],
    "external_id": ["18001", "18002", "18003"],
    "time_zone": ["Europe/Berlin", "America/New_York", "UTC"],
    "date": ["2026-01-02", "2025-11-30", "2024-07-14"],
    "number": ["3", "5.5", "12"],
    "word": ["blue", "green", "red"],
}
SAME = {
    "mobile": "phone", "company.phone": "phone", "company.country": "country", "name": "full_name",
    "linkedin": "linkedin_url", "domain": "company.domain", "prefix": "name_prefix",
    "consent_date": "date",
}  # fmt: skip
EMPTY = {"status", "verification_status", "consent_status", "gdpr_basis"}


def files() -> dict[str, list[tuple[str, str | None, list[str]]]]:
    """Per file the columns: header, right field, values."""
    found = {}
    for line in FILES.strip().splitlines():
        name, _, rest = line.partition(": ")
        columns = []
        for piece in rest.split(" | "):
            header, _, meaning = piece.rpartition("=")
            field, _, kind = meaning.partition("<")
            kind = kind or field
            values = VALUES.get(SAME.get(kind, kind), VALUES["word"])
            columns.append((header.strip(), field or None, [] if kind in EMPTY else values))
        found[name] = columns
    return found
