/** ISO 3166-2 without the country's letters: country, code, name. The countries whose shops and books use codes. One state a line. */
export const stateCodes = `
AU ACT Australian Capital Territory
AU NSW New South Wales
AU NT Northern Territory
AU QLD Queensland
AU SA South Australia
AU TAS Tasmania
AU VIC Victoria
AU WA Western Australia
BR AC Acre
BR AL Alagoas
BR AM Amazonas
BR AP Amapá
BR BA Bahia
BR CE Ceará
BR DF Distrito Federal
BR ES Espírito Santo
BR GO Goiás
BR MA Maranhão
BR MG Minas Gerais
BR MS Mato Grosso do Sul
BR MT Mato Grosso
BR PA Pará
BR PB Paraíba
BR PE Pernambuco
BR PI Piauí
BR PR Paraná
BR RJ Rio de Janeiro
BR RN Rio Grande do Norte
BR RO Rondônia
BR RR Roraima
BR RS Rio Grande do Sul
BR SC Santa Catarina
BR SE Sergipe
BR SP São Paulo
BR TO Tocantins
CA AB Alberta
CA BC British Columbia
CA MB Manitoba
CA NB New Brunswick
CA NL Newfoundland and Labrador
CA NS Nova Scotia
CA NT Northwest Territories
CA NU Nunavut
CA ON Ontario
CA PE Prince Edward Island
CA QC Quebec
CA SK Saskatchewan
CA YT Yukon
ES A Alacant*
ES AB Albacete
ES AL Almería
ES AV Ávila
ES B Barcelona
ES BA Badajoz
ES BI Bizkaia
ES BU Burgos
ES C A Coruña
ES CA Cádiz
ES CC Cáceres
ES CO Córdoba
ES CR Ciudad Real
ES CS Castelló*
ES CU Cuenca
ES GC Las Palmas
ES GI Girona
ES GR Granada
ES GU Guadalajara
ES H Huelva
ES HU Huesca
ES J Jaén
ES L Lleida
ES LE León
ES LO La Rioja
ES LU Lugo
ES M Madrid
ES MA Málaga
ES MU Murcia
ES NA Nafarroa*
ES O Asturias
ES OR Ourense
ES P Palencia
ES PM Illes Balears
ES PO Pontevedra
ES S Cantabria
ES SA Salamanca
ES SE Sevilla
ES SG Segovia
ES SO Soria
ES SS Gipuzkoa
ES T Tarragona
ES TE Teruel
ES TF Santa Cruz de Tenerife
ES TO Toledo
ES V Valencia
ES VA Valladolid
ES VI Araba*
ES Z Zaragoza
ES ZA Zamora
IN AN Andaman and Nicobar Islands
IN AP Andhra Pradesh
IN AR Arunāchal Pradesh
IN AS Assam
IN BR Bihār
IN CH Chandīgarh
IN CT Chhattīsgarh
IN DH Dādra and Nagar Haveli and Damān and Diu
IN DL Delhi
IN GA Goa
IN GJ Gujarāt
IN HP Himāchal Pradesh
IN HR Haryāna
IN JH Jhārkhand
IN JK Jammu and Kashmīr
IN KA Karnātaka
IN KL Kerala
IN LA Ladākh
IN LD Lakshadweep
IN MH Mahārāshtra
IN ML Meghālaya
IN MN Manipur
IN MP Madhya Pradesh
IN MZ Mizoram
IN NL Nāgāland
IN OR Odisha
IN PB Punjab
IN PY Puducherry
IN RJ Rājasthān
IN SK Sikkim
IN TG Telangāna
IN TN Tamil Nādu
IN TR Tripura
IN UP Uttar Pradesh
IN UT Uttarākhand
IN WB West Bengal
IT AG Agrigento
IT AL Alessandria
IT AN Ancona
IT AP Ascoli Piceno
IT AQ L'Aquila
IT AR Arezzo
IT AT Asti
IT AV Avellino
IT BA Bari
IT BG Bergamo
IT BI Biella
IT BL Belluno
IT BN Benevento
IT BO Bologna
IT BR Brindisi
IT BS Brescia
IT BT Barletta-Andria-Trani
IT BZ Bolzano
IT CA Cagliari
IT CB Campobasso
IT CE Caserta
IT CH Chieti
IT CL Caltanissetta
IT CN Cuneo
IT CO Como
IT CR Cremona
IT CS Cosenza
IT CT Catania
IT CZ Catanzaro
IT EN Enna
IT FC Forlì-Cesena
IT FE Ferrara
IT FG Foggia
IT FI Firenze
IT FM Fermo
IT FR Frosinone
IT GE Genova
IT GO Gorizia
IT GR Grosseto
IT IM Imperia
IT IS Isernia
IT KR Crotone
IT LC Lecco
IT LE Lecce
IT LI Livorno
IT LO Lodi
IT LT Latina
IT LU Lucca
IT MB Monza e Brianza
IT MC Macerata
IT ME Messina
IT MI Milano
IT MN Mantova
IT MO Modena
IT MS Massa-Carrara
IT MT Matera
IT NA Napoli
IT NO Novara
IT NU Nuoro
IT OR Oristano
IT PA Palermo
IT PC Piacenza
IT PD Padova
IT PE Pescara
IT PG Perugia
IT PI Pisa
IT PN Pordenone
IT PO Prato
IT PR Parma
IT PT Pistoia
IT PU Pesaro e Urbino
IT PV Pavia
IT PZ Potenza
IT RA Ravenna
IT RC Reggio Calabria
IT RE Reggio Emilia
IT RG Ragusa
IT RI Rieti
IT RM Roma
IT RN Rimini
IT RO Rovigo
IT SA Salerno
IT SI Siena
IT SO Sondrio
IT SP La Spezia
IT SR Siracusa
IT SS Sassari
IT SU Sud Sardegna
IT SV Savona
IT TA Taranto
IT TE Teramo
IT TN Trento
IT TO Torino
IT TP Trapani
IT TR Terni
IT TS Trieste
IT TV Treviso
IT UD Udine
IT VA Varese
IT VB Verbano-Cusio-Ossola
IT VC Vercelli
IT VE Venezia
IT VI Vicenza
IT VR Verona
IT VT Viterbo
IT VV Vibo Valentia
MX AGU Aguascalientes
MX BCN Baja California
MX BCS Baja California Sur
MX CAM Campeche
MX CHH Chihuahua
MX CHP Chiapas
MX CMX Ciudad de México
MX COA Coahuila de Zaragoza
MX COL Colima
MX DUR Durango
MX GRO Guerrero
MX GUA Guanajuato
MX HID Hidalgo
MX JAL Jalisco
MX MEX México
MX MIC Michoacán de Ocampo
MX MOR Morelos
MX NAY Nayarit
MX NLE Nuevo León
MX OAX Oaxaca
MX PUE Puebla
MX QUE Querétaro
MX ROO Quintana Roo
MX SIN Sinaloa
MX SLP San Luis Potosí
MX SON Sonora
MX TAB Tabasco
MX TAM Tamaulipas
MX TLA Tlaxcala
MX VER Veracruz de Ignacio de la Llave
MX YUC Yucatán
MX ZAC Zacatecas
MY 01 Johor
MY 02 Kedah
MY 03 Kelantan
MY 04 Melaka
MY 05 Negeri Sembilan
MY 06 Pahang
MY 07 Pulau Pinang
MY 08 Perak
MY 09 Perlis
MY 10 Selangor
MY 11 Terengganu
MY 12 Sabah
MY 13 Sarawak
MY 14 Wilayah Persekutuan Kuala Lumpur
MY 15 Wilayah Persekutuan Labuan
MY 16 Wilayah Persekutuan Putrajaya
US AA Armed Forces Americas
US AE Armed Forces Europe
US AK Alaska
US AL Alabama
US AP Armed Forces Pacific
US AR Arkansas
US AS American Samoa
US AZ Arizona
US CA California
US CO Colorado
US CT Connecticut
US DC District of Columbia
US DE Delaware
US FL Florida
US GA Georgia
US GU Guam
US HI Hawaii
US IA Iowa
US ID Idaho
US IL Illinois
US IN Indiana
US KS Kansas
US KY Kentucky
US LA Louisiana
US MA Massachusetts
US MD Maryland
US ME Maine
US MI Michigan
US MN Minnesota
US MO Missouri
US MP Northern Mariana Islands
US MS Mississippi
US MT Montana
US NC North Carolina
US ND North Dakota
US NE Nebraska
US NH New Hampshire
US NJ New Jersey
US NM New Mexico
US NV Nevada
US NY New York
US OH Ohio
US OK Oklahoma
US OR Oregon
US PA Pennsylvania
US PR Puerto Rico
US RI Rhode Island
US SC South Carolina
US SD South Dakota
US TN Tennessee
US TX Texas
US UM United States Minor Outlying Islands
US UT Utah
US VA Virginia
US VI Virgin Islands, U.S.
US VT Vermont
US WA Washington
US WI Wisconsin
US WV West Virginia
US WY Wyoming
`
