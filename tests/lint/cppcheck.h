/* cppcheck.h - jansson's loops in a form that cppcheck can read; for it alone. */
#define json_array_foreach(a, i, v) for (i = 0; (v = json_array_get(a, i)); i++)
#define json_object_foreach(o, k, v) for (k = next_key(o); (v = json_object_get(o, k));)
#define json_object_foreach_safe(o, n, k, v) for (k = next_key(o); (v = json_object_get(o, k));)
