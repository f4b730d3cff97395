/** @file What the name of a column says about its digits: codes, versions, phones and times look like numbers and are none. */

/** Postal codes, article numbers, class numbers: numbers that name something, and mean nothing when they are added up. */
export function isCodeName(name: string): boolean {
  return CODE.test(spaced(name)) || /(?:邮编|邮政编码|代码|编码|区号|型号|类别|行号)$/u.test(name);
}

export function isVersionName(name: string): boolean {
  return /(?:^|_)(?:version|ver|release|build|revision)(?:_(?:number|no|code))?$|版本号?$/u.test(spaced(name));
}

export function isPhoneName(name: string): boolean {
  return /(?:^|_)(?:phone|mobile|telephone|tel|fax|msisdn|cell)(?:_(?:number|no|nr))?$|(?:电话|手机|手机号|传真)$/u.test(spaced(name));
}

/** A name under which a count of seconds or milliseconds is a moment. */
export function isTimeName(name: string): boolean {
  return /(?:^|_)(?:time|timestamp|ts|date|datetime|epoch|unixtime|when|(?:[a-z]+_)?at|created|updated|modified)(?:_(?:utc|ms|s|sec))?$|(?:时间|日期|时间戳)$/u.test(
    spaced(name),
  );
}

/** A name under which whole numbers in a row name several things. */
export function isListName(name: string): boolean {
  return /(?:^|_)(?:[a-z]+_)?(?:ids|tags|labels|items|codes|categories|genres|skus|keywords|products|skills)$|(?:标签|列表)$/u.test(
    spaced(name),
  );
}

export function isVectorName(name: string): boolean {
  return /(?:^|_)(?:embedding|embeddings|embed|emb|vector|vec|latent|encoding)(?:_\d+)?$|(?:向量|嵌入)$/u.test(spaced(name));
}

/** A name under which numbers stand in the order in which they came. */
export function isSeriesName(name: string): boolean {
  return /(?:^|_)(?:series|signal|readings|history|trace|waveform|samples|sequence|curve|profile|ecg|eeg|trajectory|path|track)$|(?:序列|曲线|波形)$/u.test(
    spaced(name),
  );
}

const CODE =
  /(?:^|_)(?:zip|zipcode|postal|postcode|postalcode|plz|cep|pincode|sku|ean|upc|isbn|gtin|iban|ssn|vin|fips|naics|sic|hs|icd\d*|code|codes|class|category|type|kind|cluster|segment|group|zone|district|ward|channel|status)(?:_?(?:code|number|no|nr|num))?$/;

/** `postalCode`, `Postal Code` and `postal-code` are one name. */
function spaced(name: string): string {
  return name
    .trim()
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[\s.-]+/g, '_')
    .toLowerCase();
}
