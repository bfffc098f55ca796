import type { Company } from './company.ts'
import { isDecimal } from './decimal.ts'
import { faults, QboFault } from './fault.ts'
import { importObject } from './import-object.ts'
import { listOf, textOf, type Fields } from './values.ts'

/** Creates a tax code with new or existing rates (quickbooks.md 10.12, 11.4). */
export function createTaxCode(company: Company, body: Fields): Fields {
  const name = textOf(body.TaxCode)?.trim()
  if (name === undefined || name === '') throw faults.required('TaxCode')
  const details = listOf(body.TaxRateDetails)
  if (details.length === 0) throw faults.required('TaxRateDetails')
  if (company.names.has(`tax codes:${name.toLowerCase()}`)) throw faults.duplicateName('tax code')
  for (const detail of details) checkDetail(company, detail)
  const rates = details.map((detail) => {
    const known = company.find('TaxRate', textOf(detail.TaxRateId))
    return (
      known ??
      importObject(company, 'TaxRate', {
        Name: detail.TaxRateName,
        Description: 'Sales Tax',
        RateValue: Number(detail.RateValue),
        AgencyRef: { value: textOf(detail.TaxAgencyId)! },
      })
    )
  })
  const side = (wanted: string) =>
    rates.flatMap((rate, index) =>
      (textOf(details[index]!.TaxApplicableOn) ?? 'Sales') === wanted
        ? [{ TaxRateRef: { value: rate.id }, TaxTypeApplicable: 'TaxOnAmount', TaxOrder: 0 }]
        : [],
    )
  const code = importObject(company, 'TaxCode', {
    Name: name,
    Description: name,
    Active: true,
    Taxable: true,
    TaxGroup: true,
    SalesTaxRateList: { TaxRateDetail: side('Sales') },
    PurchaseTaxRateList: { TaxRateDetail: side('Purchase') },
  })
  return {
    TaxCode: name,
    TaxCodeId: code.id,
    TaxRateDetails: rates.map((rate, index) => ({
      TaxRateName: rate.fields.Name,
      TaxRateId: rate.id,
      // The reference prints the rate with a percent sign.
      RateValue: `${String(rate.fields.RateValue)}%`,
      TaxAgencyId: (rate.fields.AgencyRef as Fields).value,
      TaxApplicableOn: textOf(details[index]!.TaxApplicableOn) ?? 'Sales',
    })),
  }
}

function checkDetail(company: Company, detail: Fields): void {
  if (textOf(detail.TaxRateId) !== undefined) {
    if (company.find('TaxRate', textOf(detail.TaxRateId)) === undefined) throw faults.reference('TaxRates', textOf(detail.TaxRateId)!)
    return
  }
  const name = textOf(detail.TaxRateName)
  if (name === undefined) throw faults.required('TaxRateName')
  if (!isDecimal(detail.RateValue) || Number(detail.RateValue) < 0 || Number(detail.RateValue) > 100)
    throw faults.percent(String(detail.RateValue))
  if (company.find('TaxAgency', textOf(detail.TaxAgencyId)) === undefined)
    throw faults.reference('TaxAgencies', textOf(detail.TaxAgencyId) ?? '')
  if (!company.names.has(`tax rates:${name.trim().toLowerCase()}`)) return
  throw new QboFault({
    Message: 'Duplicate Name Exists Error',
    Detail: 'The name supplied already exists. : Another tax rate is already using this \nname. Please use a different name.',
    code: '6240',
    element: '',
  })
}
