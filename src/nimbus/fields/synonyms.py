"""The headers under which other systems and languages export each standard field.

Parted by bars, lower case, read by `fold`, so accents, case and punctuation do not matter. They
cover HubSpot, Salesforce, Apollo, LinkedIn (Connections.csv), Outlook and Google Contacts, and
people's own sheets in English, German, French, Spanish, Portuguese, Italian and Dutch.
"""

SYNONYMS = {
    "email": """
        email | e-mail | mail | email address | e-mail address | email 1 | email1 | work email
        | business email | primary email | contact email | corporate email | professional email
        | email id | emails | email addresses | person email | lead email | your email
        | e-mail 1 - value | email 1 - value | e-mail 1 value | emailaddress | e-mailadresse
        | e-mail-adresse | email adresse | mailadresse | e-mail geschäftlich | geschäftliche e-mail
        | e-mail (geschäftlich) | adresse e-mail | adresse email | courriel | adresse courriel
        | adresse électronique | adresse de messagerie | mél | email professionnel
        | correo | correo electrónico | correo electronico | dirección de correo
        | dirección de correo electrónico | correo electrónico del trabajo | endereço de e-mail
        | endereço de email | correio eletrônico | correio eletrónico | indirizzo e-mail
        | indirizzo email | indirizzo di posta elettronica | posta elettronica | e-mailadres
        | mailadres | e-post | e-postadress | e-postadresse""",
    "first_name": """
        first name | firstname | first | given name | givenname | forename | fname | christian name
        | contact first name | person first name | vorname | rufname | prénom | prenom | nombre
        | nombre de pila | primeiro nome | nome próprio | primer nombre | nome | voornaam | roepnaam
        """,
    "last_name": """
        last name | lastname | last | surname | family name | familyname | lname | second name
        | contact last name | person last name | nachname | familienname | zuname | nom
        | nom de famille | apellido | apellidos | primer apellido | sobrenome | apelido
        | último nome | cognome | achternaam | familienaam""",
    "full_name": """
        full name | fullname | name | contact name | contact | person | person name | lead name
        | display name | your name | complete name | file as | first and last name | voller name
        | vollständiger name | kontakt | kontaktname | ansprechpartner | ansprechpartnerin
        | vor- und nachname | vorname nachname | nom complet | nom et prénom | prénom et nom
        | nombre completo | nombre y apellidos | nombre y apellido | nome completo
        | nome e cognome | nome e sobrenome | volledige naam | naam | contactpersoon""",
    "name_prefix": """
        name prefix | prefix | salutation | honorific | honorific prefix | mr/mrs | anrede
        | civilité | tratamiento | tratamento | titolo di cortesia | aanhef | aanspreektitel
        | akademischer titel""",
    "name_suffix": """
        name suffix | suffix | honorific suffix | generational suffix | namenszusatz | suffixe
        | sufijo | sufixo | suffisso | achtervoegsel""",
    "title": """
        title | job title | jobtitle | position | job | role title | job position | current position
        | current title | designation | occupation | function | person title | headline
        | organization 1 - title | organization title | organization 1 title | contact title
        | berufsbezeichnung | jobtitel | funktion | titel | stelle | stellenbezeichnung | beruf
        | poste | intitulé du poste | titre | fonction | titre du poste | intitulé de poste
        | puesto | cargo | puesto de trabajo | título | ocupación | profissão | título do cargo
        | posizione | qualifica | ruolo aziendale | titolo | mansione | functie | functietitel
        | functieomschrijving""",
    "department": """
        department | dept | departments | division | team | business unit | organization department
        | organization 1 - department | job function | sub departments | abteilung | bereich
        | fachbereich | département | service | departamento | área | setor | dipartimento | reparto
        | ufficio | afdeling""",
    "seniority": """
        seniority | seniority level | job level | management level | career level | job seniority
        | employment seniority | level | hierarchieebene | karrierestufe | senioritätsstufe
        | niveau hiérarchique | ancienneté | nivel | nivel jerárquico | antigüedad | senioridade
        | nível hierárquico | livello | anzianità | functieniveau""",
    "phone": """
        phone | phone number | telephone | tel | phone 1 - value | phone 1 value | work phone
        | business phone | office phone | direct phone | work direct phone | direct dial | direct
        | primary phone | phone 1 | telephone number | corporate phone direct | landline
        | contact phone | person phone | phonenumber | home phone | other phone | telefon
        | telefonnummer | tel. | festnetz | rufnummer | telefon geschäftlich | durchwahl
        | téléphone | numéro de téléphone | téléphone fixe | tél | téléphone professionnel
        | teléfono | número de teléfono | teléfono del trabajo | telefone | número de telefone
        | telefono | numero di telefono | telefono ufficio | telefoonnummer | telefoon
        | telefoon werk""",
    "mobile": """
        mobile | mobile phone | cell | cell phone | mobile number | mobile phone number | cellphone
        | cellular | mobilephone | phone 2 - value | handy | handynummer | mobil | mobiltelefon
        | mobilnummer | portable | téléphone portable | mobile téléphone | téléphone mobile
        | móvil | teléfono móvil | celular | número de celular | telemóvel | telefone celular
        | cellulare | telefono cellulare | mobiel | mobiele telefoon | gsm | mobiel nummer""",
    "linkedin_url": """
        linkedin url | linkedin | person linkedin url | linkedin profile | linkedin profile url
        | linkedin link | linkedin account | contact linkedin url | profile url | url
        | linkedin bio | li url | hs linkedin url | linkedinurl | linkedin-profil
        | profil linkedin | perfil de linkedin | perfil do linkedin | profilo linkedin
        | linkedin profiel""",
    "twitter_url": """
        twitter url | twitter | twitter username | twitter handle | twitter profile | twitter link
        | x url | x handle | x profile | x (twitter) | person twitter url | twitterhandle""",
    "city": """
        city | town | person city | contact city | mailing city | business city | home city
        | work city | address 1 - city | address 1 city | other city | stadt | ort | wohnort
        | ort geschäftlich | ville | ciudad | población | localidad | cidade | città | comune
        | stad | plaats | woonplaats""",
    "state": """
        state | state/region | region | province | state/province | county | person state
        | contact state | mailing state | mailing state/province | business state | home state
        | work state | address 1 - region | address 1 region | other state | bundesland | kanton
        | land/region bundesland | région | état | département (géographique) | estado | provincia
        | comunidad autónoma | comunidad | estado/província | província | regione | provincie
        """,
    "country": """
        country | country/region | nation | country code | person country | contact country
        | mailing country | business country/region | business country | home country/region
        | home country | work country | address 1 - country | address 1 country | other country
        | land | staat | land/region | ländercode | pays | pays/région | país | país/región
        | pais | país/região | paese | nazione | stato | land (code)""",
    "time_zone": """
        time zone | timezone | tz | hs timezone | person time zone | contact time zone
        | timezone name | zeitzone | fuseau horaire | zona horaria | huso horario | fuso horário
        | fuso orario | tijdzone""",
    "role": """
        role | buying role | buyer role | decision role | contact role | stakeholder role
        | persona role | rolle | kaufrolle | einkaufsrolle | rôle | rôle d'achat | rol
        | rol de compra | papel | função de compra | ruolo | ruolo d'acquisto | aankooprol""",
    "status": """
        status | contact status | lead status | person status | kontaktstatus | statut
        | statut du contact | estado del contacto | status do contato | stato del contatto
        | contactstatus""",
    "lead_source": """
        lead source | source | original source | contact source | acquisition source | channel
        | lead origin | original traffic source | how did you hear about us | quelle | leadquelle
        | lead-quelle | herkunft | source du prospect | origine | origine du lead | fuente
        | origen | fuente de posible cliente | origem | origem do lead | fonte | origine lead
        | bron | leadbron""",
    "external_id": """
        external id | contact id | record id | id | person id | apollo contact id | hubspot id
        | salesforce id | lead id | crm id | record id - contact | 18 digit id | uid | user id
        | externe id | kontakt-id | identifiant | identifiant externe | identificador
        | id externo | id esterno | externe-id""",
    "consent_status": """
        consent status | consent | opt in | opt-in status | marketing consent | subscription status
        | marketing contact status | opted in | einwilligung | einwilligungsstatus | zustimmung
        | consentement | statut du consentement | consentimiento | estado del consentimiento
        | consentimento | status de consentimento | consenso | stato del consenso | toestemming
        | toestemmingsstatus""",
    "consent_type": """
        consent type | type of consent | opt in type | art der einwilligung | einwilligungsart
        | type de consentement | tipo de consentimiento | tipo de consentimento | tipo di consenso
        | type toestemming""",
    "consent_date": """
        consent date | date of consent | opt in date | opt-in timestamp | consent timestamp
        | consented at | opted in at | datum der einwilligung | einwilligungsdatum
        | date de consentement | date du consentement | fecha de consentimiento
        | fecha del consentimiento | data de consentimento | data do consentimento
        | data del consenso | datum toestemming""",
    "consent_source": """
        consent source | source of consent | opt in source | quelle der einwilligung
        | einwilligungsquelle | source du consentement | fuente del consentimiento
        | origem do consentimento | fonte del consenso | bron toestemming""",
    "gdpr_basis": """
        gdpr basis | legal basis | lawful basis | legal basis for processing
        | legal basis for processing contact's data | lawful basis for processing
        | rechtsgrundlage | rechtsgrundlage (dsgvo) | base légale | base juridique | base legal
        | base jurídica | base giuridica | rechtsgrond | wettelijke basis""",
    "verification_status": """
        verification status | email status | email verification | email verification status
        | email validity | email valid | email confidence | verification result | e-mail-status
        | statut e-mail | estado del correo | status do email | stato email""",
    "tags": """
        tags | tag | labels | label | group membership | categories | category | lists | list
        | keywords | apollo tags | schlagwörter | schlagworte | kategorien | kategorie
        | etiketten | étiquettes | mots-clés | catégories | etiquetas | categorías | marcadores
        | palavras-chave | etichette | categorie | trefwoorden | tag's""",
    "location": """
        location | address | full address | person location | contact location | based in
        | lead location | mailing address | address 1 - formatted | geography | standort
        | adresse | anschrift | lieu | localisation | emplacement | ubicación | dirección
        | localização | endereço | posizione geografica | indirizzo | locatie | adres""",
    "company.name": """
        company name | company | organization | organisation | account | account name | employer
        | business name | business | firm | company name for emails | organization name
        | organization 1 - name | organization 1 name | current company | associated company
        | primary company | company/account | company / account | firma | firmenname
        | unternehmen | unternehmensname | arbeitgeber | entreprise | société | nom de l'entreprise
        | nom de la société | raison sociale | organisme | empresa | nombre de la empresa
        | compañía | organización | razón social | nome da empresa | companhia | organização
        | azienda | nome azienda | società | ragione sociale | impresa | bedrijf | bedrijfsnaam
        | organisatie | werkgever""",
    "company.domain": """
        company domain | company domain name | domain | domain name | email domain name
        | organization domain | account domain | web domain | primary domain | firmendomain
        | domäne | domaine | nom de domaine | domaine de l'entreprise | dominio
        | dominio de la empresa | domínio | domínio da empresa | dominio aziendale | domein
        | bedrijfsdomein""",
    "company.website": """
        company website | website | website url | web site | web page | webpage | homepage
        | company url | website 1 - value | organization website | account website | site
        | business homepage | webseite | internetseite | internetadresse | firmenwebsite
        | site web | site internet | sitio web | página web | site da empresa | sito web
        | sito internet | sito | bedrijfswebsite | url de la empresa""",
    "company.industry": """
        company industry | industry | sector | vertical | organization industry | account industry
        | linkedin industry | branche | industrie | wirtschaftszweig | secteur
        | secteur d'activité | industria | sector industrial | setor de atividade | indústria
        | ramo de atividade | settore | settore industriale | bedrijfstak | sector bedrijf""",
    "company.employee_count": """
        company employee count | employees | # employees | employee count | number of employees
        | no. of employees | company size | headcount | company headcount | company employees
        | organization employees | employee range | numberofemployees | size | mitarbeiter
        | mitarbeiterzahl | anzahl mitarbeiter | anzahl der mitarbeiter | unternehmensgröße
        | effectif | effectifs | nombre d'employés | nombre de salariés | taille de l'entreprise
        | empleados | número de empleados | tamaño de la empresa | funcionários
        | número de funcionários | tamanho da empresa | dipendenti | numero di dipendenti
        | numero dipendenti | dimensione azienda | medewerkers | aantal medewerkers
        | aantal werknemers | bedrijfsgrootte""",
    "company.revenue_band": """
        company revenue band | revenue | annual revenue | company revenue | revenue range
        | revenue band | yearly revenue | turnover | sales volume | organization revenue
        | umsatz | jahresumsatz | umsatzklasse | chiffre d'affaires | revenu annuel
        | ingresos | ingresos anuales | facturación | receita | receita anual | faturamento
        | fatturato | fatturato annuo | ricavi | omzet | jaaromzet""",
    "company.tech_stack": """
        company tech stack | technologies | tech stack | technology | technologies used
        | web technologies | tools | software used | technologien | eingesetzte technologien
        | pile technique | tecnologías | tecnologías utilizadas | tecnologias | tecnologie
        | technologieën""",
    "company.phone": """
        company phone | company phone number | company main phone | corporate phone | main phone
        | organization phone | hq phone | switchboard | account phone | firmentelefon | zentrale
        | telefonzentrale | téléphone de l'entreprise | standard téléphonique
        | teléfono de la empresa | centralita | telefone da empresa | telefono azienda
        | telefono aziendale | centralino | bedrijfstelefoon""",
    "company.linkedin_url": """
        company linkedin url | company linkedin | company linkedin page | linkedin company page
        | organization linkedin url | account linkedin url | linkedin company url
        | firmen-linkedin | linkedin de l'entreprise | linkedin de la empresa
        | linkedin da empresa | linkedin aziendale | linkedin bedrijf""",
    "company.city": """
        company city | organization city | account city | hq city | headquarters city
        | billing city | firmensitz | stadt der firma | ville de l'entreprise
        | ciudad de la empresa | cidade da empresa | città azienda | vestigingsplaats""",
    "company.state": """
        company state | organization state | account state | hq state | headquarters state
        | billing state | billing state/province | company state/region | company region
        | bundesland der firma | région de l'entreprise | estado de la empresa
        | estado da empresa | provincia azienda | provincie bedrijf""",
    "company.country": """
        company country | organization country | account country | hq country
        | headquarters country | billing country | company country/region | land der firma
        | firmenland | pays de l'entreprise | país de la empresa | país da empresa
        | paese azienda | land bedrijf""",
}


def synonyms(key: str) -> tuple[str, ...]:
    """The headers of a field, none for a field that no file brings."""
    words = (" ".join(word.split()) for word in SYNONYMS.get(key, "").split("|"))
    return tuple(word for word in words if word)
