// wiremock.js ROOT ONE MANY: the three stubs.
const [root, one, many] = process.argv.slice(2)
const stub = (method, urlPathPattern, body) => ({
	request: { method, urlPathPattern },
	response: { status: 200, headers: { 'Content-Type': 'application/json' }, body },
})
console.log(JSON.stringify({
	mappings: [
		stub('GET', root + '/results/[^/]+', one),
		stub('PUT', root + '/results/[^/]+', '{}'),
		stub('GET', root + '/categories', many),
	],
}))
