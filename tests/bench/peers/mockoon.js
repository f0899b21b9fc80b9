// mockoon.js PORT ROOT ONE MANY: an environment with the three routes.
const [port, root, one, many] = process.argv.slice(2)
const route = (uuid, method, endpoint, body) => ({
	uuid, type: 'http', documentation: '', method, endpoint, responseMode: null,
	responses: [{
		uuid: uuid + '-answer', body, latency: 0, statusCode: 200, label: '',
		headers: [{ key: 'Content-Type', value: 'application/json' }],
		bodyType: 'INLINE', filePath: '', databucketID: '', sendFileAsBody: false, rules: [],
		rulesOperator: 'OR', disableTemplating: true, fallbackTo404: false, default: true,
		crudKey: 'id', callbacks: [],
	}],
})
const routes = [
	route('one', 'get', 'results/:id', one),
	route('put', 'put', 'results/:id', '{}'),
	route('many', 'get', 'categories', many),
]
console.log(JSON.stringify({
	uuid: 'peers', lastMigration: 33, name: 'OneRoster', port: +port, hostname: '127.0.0.1',
	endpointPrefix: root.slice(1), latency: 0, folders: [], routes,
	rootChildren: routes.map((each) => ({ type: 'route', uuid: each.uuid })),
	proxyMode: false, proxyHost: '', proxyRemovePrefix: false, cors: false, headers: [],
	tlsOptions: { enabled: false }, data: [], callbacks: [],
}))
