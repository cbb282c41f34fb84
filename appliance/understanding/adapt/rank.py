#!/usr/bin/env python3
"""Trains the ranker: the upper layers of the English embedding model, trained anew to compare what a caller said (../sayings) with services and
answers of a business, all of them at once.

    pip install -r requirements.txt
    rank.py --weights all-mpnet-base-v2 --out ../../../models/build/mpnetconv/ranker [--leave-out tyre-shop,barber] [--epochs 1] [--keep FOLDER]

The weights folder is that of train.py. Some fifteen minutes to prepare and 45 minutes an epoch on two cores; set MALLOC_MMAP_MAX_=0 and
MALLOC_TRIM_THRESHOLD_=20000000000, or half of the time goes into giving memory back. models/build/mpnetconv/ranker.go reads the result; then `frontdesk models fetch` says the
new hash, and the heads are fitted anew.

What was said and each item have run through the lower eight layers by themselves. Above, what was said attends to itself and to all items, and each
item to itself and to what was said, so that the order of items does not matter (as DeFormer, Cao et al. 2020, with the star of several candidates).
One example is a saying with the item it means and the likeliest others by the publisher's vectors; one time in eight what it means is left out, and "none" is
right. The judged turns (../corpus) are not looked at.
"""
import argparse, glob, json, os, pickle, random, time, tomllib
from functools import partial
import jax, jax.numpy as jnp, numpy as np
from train import FIRST, HEADS, LAYERS, MATRICES, WIDTH, Model, layer_norm, numbers

RANK = 16
ITEMS, ITEM_PIECES = 5, 16  # of an example
SAID_PIECES = (12, 20)  # examples are sorted into two lengths of what was said
EXAMPLES = 24  # of a step
DROP = 0.12  # how often what is meant is left out
UNIT = 10.0  # the length of the vectors that the ends weigh
RATES = {"adapter": 1, "segment": 3, "cross": 20, "sharp": 10, "weigh": 3, "none": 3, "facet": 3, "weigh_base": 30, "none_base": 30, "facet_base": 30}


class Trade:
    """What one business has, one text an item, and what its callers say."""

    def __init__(self, file):
        with open(file, "rb") as f:
            t = tomllib.load(f)
        self.name = os.path.basename(file)[:-len(".toml")]
        self.items = [", ".join([s["name"], *s["also"]]) + ". " + s["description"] for s in t["services"]]
        self.services = len(self.items)
        self.items += [a["question"] + " " + a["reply"] for a in t["answers"]]
        self.says = []  # (saying, item or None, 1: the price is asked for; 0: the service; None: an answer)
        for i, s in enumerate(t["services"]):
            self.says += [(x, i, 1) for x in s["price"]] + [(x, i, 0) for x in s["offered"]]
        for i, a in enumerate(t["answers"]):
            self.says += [(x, self.services + i, None) for x in a["says"]]
        self.says += [(x, None, None) for x in t["unknown"]]

    def prepare(self, lower, folder):
        """Runs the layers that do not change, or takes from the folder what they gave before."""
        texts = self.items + [s for s, _, _ in self.says]
        kept = os.path.join(folder, self.name + ".rank.pickle") if folder else None
        if kept and os.path.exists(kept):
            with open(kept, "rb") as f:
                before, self.below, self.near = pickle.load(f)
            if before == texts:
                return
        self.below, vectors = lower(texts)
        self.near = vectors[len(self.items):] @ vectors[:len(self.items)].T
        if kept:
            with open(kept, "wb") as f:
                pickle.dump((texts, self.below, self.near), f)

    def example(self, s, rng):
        """The items that are compared with saying s, and the place of what it means among them; None for none of them."""
        _, item, _ = self.says[s]
        others = [k for k in np.argsort(-self.near[s]) if k != item]
        others = [k for k in others[:2 * ITEMS] if rng.random() < 0.8] or others
        given = item is not None and rng.random() >= DROP
        items = (([item] if given else []) + others)[:ITEMS]
        rng.shuffle(items)
        return items, items.index(item) if given else None


def lowest(model):
    """A function that gives of texts what the lower layers make of their pieces, and the publisher's vectors."""

    def lower(texts):
        pieces = [model.pieces(x)[:SAID_PIECES[-1]] for x in texts]
        below, vectors = [None] * len(texts), np.zeros((len(texts), WIDTH), np.float32)
        for length in (8, 12, 16, 20):
            todo = [i for i, p in enumerate(pieces) if below[i] is None and len(p) <= length]
            for at in range(0, len(todo), 64):
                some = todo[at:at + 64]
                ids, mask = np.ones((64, length), np.int32), np.zeros((64, length), np.float32)
                mask[:, 0] = 1
                for row, i in enumerate(some):
                    ids[row, :len(pieces[i])], mask[row, :len(pieces[i])] = pieces[i], 1
                x = model.run(model.embedded(ids, mask), jnp.asarray(mask), {}, 0, FIRST)
                last = np.asarray(model.run(x, jnp.asarray(mask), {}, FIRST, LAYERS))
                x = np.asarray(x)
                for row, i in enumerate(some):
                    below[i] = x[row, :len(pieces[i])].astype(np.float16)
                    v = last[row, :len(pieces[i])].mean(0)
                    vectors[i] = v / np.linalg.norm(v)
        return below, vectors

    return lower


def start():
    key, adapter = jax.random.PRNGKey(0), {}
    for i in range(FIRST, LAYERS):
        adapter[str(i)] = {}
        for n, (a, b) in MATRICES.items():
            key, k = jax.random.split(key)
            adapter[str(i)][n] = (jax.random.normal(k, (a, RANK)) / a ** 0.5, jnp.zeros((RANK, b)))
    return {
        "adapter": adapter, "segment": jnp.zeros((3, WIDTH)), "cross": jnp.full((LAYERS - FIRST, 2, HEADS), -1.5), "sharp": jnp.array(2.7),
        "weigh": jnp.zeros((2, WIDTH)), "weigh_base": jnp.zeros(2), "none": jnp.zeros(WIDTH), "none_base": jnp.array(6.5),
        "facet": jnp.zeros(WIDTH), "facet_base": jnp.array(0.0),
    }


def compare(model, p, said, said_mask, items, items_mask, answers):
    """The score of each item, that of none, and each item's facet. said is examples × pieces × WIDTH, items examples × items × pieces × WIDTH."""
    n, long, _ = said.shape
    count, wide = items.shape[1:3]
    said = said + p["segment"][0]
    items = items + jnp.where(answers[..., None, None] > 0, p["segment"][2], p["segment"][1])
    near_said, near_item = model.bias(long), model.bias(wide)

    def hidden(mask):
        return (1 - mask) * -1e9

    for at, i in enumerate(range(FIRST, LAYERS)):
        layer, adapter = model.layers[i], p["adapter"][str(i)]

        def times(name, x):
            return x @ layer[name][0] + layer[name][1] + x @ adapter[name][0] @ adapter[name][1]

        def heads(name, x):
            return times("attention.attn." + name, x).reshape(*x.shape[:-1], HEADS, WIDTH // HEADS)

        def rest(x, attended):
            x = layer_norm(times("attention.attn.o", attended.reshape(x.shape)) + x, layer["attention.LayerNorm"])
            bent = jax.nn.gelu(times("intermediate.dense", x), approximate=False)
            return layer_norm(times("output.dense", bent) + x, layer["output.LayerNorm"])

        sq, sk, sv = (heads(m, said) for m in "qkv")
        iq, ik, iv = (heads(m, items) for m in "qkv")
        scale = (WIDTH // HEADS) ** -0.5
        own = jnp.einsum("nkqhd,nkmhd->nkhqm", iq, ik) * scale + near_item[:, None] + hidden(items_mask)[:, :, None, None, :]
        to_said = jnp.einsum("nkqhd,nmhd->nkhqm", iq, sk) * scale + p["cross"][at, 0][None, None, :, None, None] + hidden(said_mask)[:, None, None, None, :]
        share = jax.nn.softmax(jnp.concatenate([own, to_said], -1), -1)
        item_out = jnp.einsum("nkhqm,nkmhd->nkqhd", share[..., :wide], iv) + jnp.einsum("nkhqm,nmhd->nkqhd", share[..., wide:], sv)
        all_k, all_v = (x.reshape(n, count * wide, HEADS, WIDTH // HEADS) for x in (ik, iv))
        own = jnp.einsum("nqhd,nmhd->nhqm", sq, sk) * scale + near_said + hidden(said_mask)[:, None, None, :]
        to_items = jnp.einsum("nqhd,nmhd->nhqm", sq, all_k) * scale + p["cross"][at, 1][None, :, None, None]
        to_items += hidden(items_mask).reshape(n, 1, 1, count * wide)
        share = jax.nn.softmax(jnp.concatenate([own, to_items], -1), -1)
        said_out = jnp.einsum("nhqm,nmhd->nqhd", share[..., :long], sv) + jnp.einsum("nhqm,nmhd->nqhd", share[..., long:], all_v)
        items, said = rest(items, item_out), rest(said, said_out)

    def unit(x, mask):
        mean = (x * mask[..., None]).sum(-2) / jnp.maximum(mask.sum(-1, keepdims=True), 1)
        return mean / jnp.sqrt((mean * mean).sum(-1, keepdims=True) + 1e-9)

    said, items = unit(said, said_mask), unit(items, items_mask)
    score = jnp.exp(p["sharp"]) * jnp.einsum("nkw,nw->nk", items, said)
    said, items = said * UNIT, items * UNIT
    score += jnp.where(answers > 0, items @ p["weigh"][1] + p["weigh_base"][1], items @ p["weigh"][0] + p["weigh_base"][0])
    score = jnp.where(items_mask.sum(2) > 0, score, -1e9)
    return score, said @ p["none"] + p["none_base"], items @ p["facet"] + p["facet_base"]


def loss(model, p, said, said_mask, items, items_mask, answers, want, facet, weight):
    score, none, facets = compare(model, p, said, said_mask, items, items_mask, answers)
    share = jax.nn.log_softmax(jnp.concatenate([score, none[:, None]], 1), 1)
    missed = -(share * want).sum(1)
    z = (facets * want[:, :-1]).sum(1)
    missed += jnp.where((facet >= 0) & (want[:, -1] == 0), 0.5 * (jax.nn.softplus(z) - facet * z), 0)
    return (missed * weight).sum() / weight.sum(), ((share.argmax(1) == want.argmax(1)) * weight).sum() / weight.sum()


def packed(rows, long):
    """Examples as arrays of fixed shape."""
    said, said_mask = np.zeros((EXAMPLES, long, WIDTH), np.float32), np.zeros((EXAMPLES, long), np.float32)
    items, items_mask = np.zeros((EXAMPLES, ITEMS, ITEM_PIECES, WIDTH), np.float32), np.zeros((EXAMPLES, ITEMS, ITEM_PIECES), np.float32)
    answers, want = np.zeros((EXAMPLES, ITEMS), np.float32), np.zeros((EXAMPLES, ITEMS + 1), np.float32)
    facet, weight = np.full(EXAMPLES, -1, np.float32), np.zeros(EXAMPLES, np.float32)
    for row, (t, s, chosen, place) in enumerate(rows):
        x = t.below[len(t.items) + s]
        said[row, :len(x)], said_mask[row, :len(x)] = x, 1
        for at, k in enumerate(chosen):
            x = t.below[k][:ITEM_PIECES]
            items[row, at, :len(x)], items_mask[row, at, :len(x)] = x, 1
            answers[row, at] = k >= t.services
        _, item, asked = t.says[s]
        want[row, ITEMS if place is None else place] = 1
        facet[row] = -1 if asked is None or place is None else asked
        weight[row] = 0.4 if item is not None and place is None else 1
    return said, said_mask, items, items_mask, answers, want, facet, weight


def train(model, trades, epochs, rate, rng):
    p = start()
    first = second = jax.tree.map(jnp.zeros_like, p)
    faster = {k: jax.tree.map(lambda _, k=k: float(RATES[k]), v) for k, v in p.items()}
    slope = jax.jit(jax.value_and_grad(partial(loss, model), has_aux=True))

    @jax.jit
    def move(p, g, first, second, step, rate):
        norm = jnp.sqrt(sum(jnp.sum(x * x) for x in jax.tree.leaves(g)))
        g = jax.tree.map(lambda x: x * jnp.minimum(1, 1 / norm), g)
        first = jax.tree.map(lambda a, b: 0.9 * a + 0.1 * b, first, g)
        second = jax.tree.map(lambda a, b: 0.99 * a + 0.01 * b * b, second, g)

        def moved(x, a, b, faster):
            return x - rate * faster * (a / (1 - 0.9 ** step)) / (jnp.sqrt(b / (1 - 0.99 ** step)) + 1e-8)

        return jax.tree.map(moved, p, first, second, faster), first, second

    rows = [(t, s) for t in trades for s in range(len(t.says))]
    step, steps, begun, recent, waiting = 0, int(epochs * len(rows) / EXAMPLES), time.time(), [], {x: [] for x in SAID_PIECES}
    while step < steps:
        rng.shuffle(rows)
        for t, s in rows:
            long = next(x for x in SAID_PIECES if len(t.below[len(t.items) + s]) <= x)
            waiting[long].append((t, s, *t.example(s, rng)))
            if len(waiting[long]) < EXAMPLES or step == steps:
                continue
            step += 1
            value, g = slope(p, *packed(waiting[long], long))
            waiting[long] = []
            p, first, second = move(p, g, first, second, float(step), rate * min(1, step / 20) * (1 - step / (steps + 1)))
            recent = (recent + [[float(x) for x in value]])[-50:]
            missed, right = np.mean(recent, 0)
            print(f"\r{step} of {steps}: loss {missed:.3f}, right {right:.3f}, {time.time() - begun:.0f} s", end="", flush=True)
    print()
    return p


def save(p, folder):
    """Writes the adapter as train.py does, and the ends."""
    for i, layer in p["adapter"].items():
        out = {}
        for name, (down, up) in layer.items():
            down, up = np.asarray(down).T, np.asarray(up).T
            by_down, by_up = np.abs(down).max(1) / 127, np.maximum(np.abs(up).max(0), 1e-12) / 127
            out[name] = {"up": numbers(up / by_up[None, :]), "scale": [float(f"{x:.6g}") for x in by_down * by_up], "down": numbers(down / by_down[:, None])}
        with open(os.path.join(folder, f"layer-{i}.json"), "w") as f:
            json.dump(out, f, indent=1)
            f.write("\n")

    def short(x):
        return [float(f"{v:.5g}") for v in np.asarray(x).ravel()]

    ends = {
        "segment": [short(x) for x in p["segment"]], "cross": [[short(x[0]), short(x[1])] for x in p["cross"]], "sharp": short(p["sharp"])[0],
        "weigh": [short(x * UNIT) for x in p["weigh"]], "weigh_base": short(p["weigh_base"]), "none": short(p["none"] * UNIT),
        "none_base": short(p["none_base"])[0], "facet": short(p["facet"] * UNIT), "facet_base": short(p["facet_base"])[0],
    }
    with open(os.path.join(folder, "ends.json"), "w") as f:
        json.dump(ends, f, indent=1)
        f.write("\n")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    a = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    a.add_argument("--weights", required=True)
    a.add_argument("--out", required=True)
    a.add_argument("--leave-out", default="", help="trades that are not trained on")
    a.add_argument("--keep", default="", help="a folder for what the lower layers give: a second run begins at once")
    a.add_argument("--epochs", type=float, default=1)
    a.add_argument("--rate", type=float, default=1.2e-3)
    o = a.parse_args()
    model = Model(o.weights)
    out = o.leave_out.split(",")
    trades = [Trade(f) for f in sorted(glob.glob(os.path.join(here, "../sayings/*.toml"))) if not os.path.basename(f).startswith("de-")]
    trades = [t for t in trades if t.name not in out]
    for i, t in enumerate(trades):
        t.prepare(lowest(model), o.keep)
        print(f"\rprepared {i + 1} of {len(trades)}", end="", flush=True)
    print()
    save(train(model, trades, o.epochs, o.rate, random.Random(0)), o.out)


if __name__ == "__main__":
    main()
