// SPDX-License-Identifier: GPL-3.0-or-later
#include "device_backends.h"
#include "network_fixture.h"

#include "core/trainer/compute/flat_buffer.h"
#include "core/trainer/families/gn2/gn2.h"
#include "core/trainer/families/jets/track_pairs.h"

#include <QTest>

#include <cmath>

using namespace widthwise::trainer;

namespace {

constexpr std::size_t vertexTask = 2;

std::span<double> valuesOf(JetNetwork<double>& network, const std::string& tensor)
{
    const std::vector<Segment> segments = network.segments();
    const auto found = std::ranges::find(segments, tensor, &Segment::name);
    return network.values().subspan(found->begin, found->end - found->begin);
}

/// −log of the probability that a pair of this score matches, or that it does not.
double crossEntropy(double score, bool matches)
{
    return std::log1p(std::exp(matches ? -score : score));
}

/// Tracks of these origins and vertices in jets of these sizes, with random inputs.
JetBatch tracks(const std::vector<std::int64_t>& sizes, const std::vector<std::int64_t>& origins,
                const std::vector<std::int32_t>& vertices)
{
    RandomStream random(3, 3);
    JetBatch batch;
    batch.labels.resize(sizes.size());
    batch.origins = origins;
    batch.vertices = vertices;
    for (const std::int64_t size : sizes) {
        batch.offsets.push_back(batch.offsets.back() + size);
    }
    batch.tokens.resize(origins.size() * inputs);
    std::ranges::generate(batch.tokens, [&] { return static_cast<float>(random.normal()); });
    return batch;
}

/// The scores of all pairs, from a model put together by hand with the network's values.
std::vector<double> pairScores(JetNetwork<double>& network, const Settings& settings, JetBatch& batch)
{
    ParameterMap parameters;
    const std::vector<Segment> segments = network.segments();
    const std::vector<ParameterSpec> specs = networkParameters(settings, classes);
    for (std::size_t i = 0; i < specs.size(); ++i) {
        parameters[specs[i].name] = {viewOf(network.values().data() + segments[i].begin, specs[i].shape),
                                     segments[i].scaling.multiplier};
    }
    const Gn2 model(settings, sizesOf(classes), {parameters, {}, at::TensorOptions().dtype(at::kDouble)});
    const auto operations = kernelOperations(batch.offsets);
    const at::Tensor tokens = viewOf(batch.tokens.data(), {batch.offsets.back(), inputs}).to(at::kDouble);
    const at::Tensor offsets = viewOf(batch.offsets.data(), {std::ssize(batch.offsets)});
    const at::Tensor scores =
        model({tokens, offsets, *operations, batch.offsets, kernelOperations}).vertex.contiguous();
    return {scores.data_ptr<double>(), scores.data_ptr<double>() + scores.numel()};
}

} // namespace

/// salt's loss of vertexing: salt/models/task.py, VertexingTask, the same at f82f792 (2023) and 68bd045
/// (2026).
class TestVertexLoss : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void pairsWeighByTheirOrigins_data()
    {
        QTest::addColumn<qint64>("one");
        QTest::addColumn<qint64>("other");
        QTest::addColumn<double>("weight");
        const auto row = [](const char* name, qint64 one, qint64 other, double weight) {
            QTest::newRow(name) << one << other << weight;
        };
        row("from b, from b", 3, 3, 2);
        row("from b, from c of b", 3, 4, 2);
        row("from c of b, from c", 4, 5, 2);
        row("fake, fake", 1, 1, 0);
        row("from b, fake", 3, 1, 2);
        row("fake, from c", 1, 5, 2);
        row("from b, primary", 3, 2, 1);
        row("fake, primary", 1, 2, 1);
        row("pile-up, pile-up", 0, 0, 1);
        row("from tau, from tau", 6, 6, 1);
        row("other, other", 7, 7, 1);
        row("unknown, from b", -1, 3, 1);
        row("unknown, fake", -1, 1, 1);
    }

    /// Of two tracks of two vertices, beside two primary tracks of one, where each pair has the score 0.3.
    void pairsWeighByTheirOrigins()
    {
        QFETCH(qint64, one);
        QFETCH(qint64, other);
        QFETCH(double, weight);
        JetNetwork<double> network(allTasks(16), classes);
        std::ranges::fill(network.values(), 0);
        valuesOf(network, "vertex.logits.bias")[0] = 0.3;
        JetBatch apart = tracks({2, 2}, {one, other, 2, 2}, {5, 6, 0, 0});
        const TermResult result = network.evaluate(apart).terms[vertexTask];
        QCOMPARE(result.divisor, 2.0);
        QCOMPARE(result.count, 4.0);
        QCOMPARE(result.mean(), weight * crossEntropy(0.3, false) + crossEntropy(0.3, true));

        JetBatch together = tracks({2, 2}, {one, other, 2, 2}, {5, 5, 0, 0});
        const TermResult matching = network.evaluate(together).terms[vertexTask];
        QCOMPARE(matching.divisor, 4.0); // each match counts as one, whatever it weighs
        QCOMPARE(matching.mean(), (weight + 1) / 2 * crossEntropy(0.3, true));
    }

    void tracksWithoutAVertexMatchNoOther()
    {
        const JetBatch batch = tracks({4}, {0, 0, 2, 2}, {-2, -2, 0, 0});
        QCOMPARE(matchCount(batch), 2.0);
        const PairTargets<double> targets = pairTargets<double>(batch);
        QCOMPARE(targets.matches, (std::vector<double>{0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1}));
        QCOMPARE(targets.weights, std::vector<double>(12, 1));
    }

    void theLossIsTheReferences_data()
    {
        QTest::addColumn<Backend>("backend");
        QTest::newRow("own kernels") << Backend{};
        for (const auto& [name, backend] : deviceBackends()) {
            QTest::newRow(name) << backend;
        }
    }

    /// Over jets with 0 to 6 tracks: all ordered pairs of different tracks of a jet, and no others.
    void theLossIsTheReferences()
    {
        QFETCH(Backend, backend);
        const Settings settings = allTasks(32);
        JetNetwork<double> network(settings, classes, backend);
        JetBatch batch = randomBatch();
        const TermResult result = network.evaluate(batch).terms[vertexTask];

        const std::vector<double> scores = pairScores(network, settings, batch);
        constexpr std::array<int, 9> heavy{0, 0, -1, 0, 1, 1, 1, 0, 0}; // of the origins −1, 0, 1, …
        double sum = 0;
        double matches = 0;
        std::size_t pair = 0;
        for (std::size_t jet = 0; jet + 1 < batch.offsets.size(); ++jet) {
            for (auto i = static_cast<std::size_t>(batch.offsets[jet]);
                 std::cmp_less(i, batch.offsets[jet + 1]); ++i) {
                for (auto j = static_cast<std::size_t>(batch.offsets[jet]);
                     std::cmp_less(j, batch.offsets[jet + 1]); ++j) {
                    if (i == j) {
                        continue;
                    }
                    const bool matching = batch.vertices[i] >= 0 && batch.vertices[i] == batch.vertices[j];
                    const int h = heavy[static_cast<std::size_t>(batch.origins[i] + 1)];
                    const int k = heavy[static_cast<std::size_t>(batch.origins[j] + 1)];
                    const double weight = h == -1 && k == -1 ? 0 : h != 0 && k != 0 ? 2 : 1;
                    sum += weight * crossEntropy(scores[pair++], matching);
                    matches += matching ? 1 : 0;
                }
            }
        }
        QCOMPARE(pair, scores.size());
        QVERIFY(matches > 10);
        QCOMPARE(result.divisor, matches);
        QCOMPARE(result.count, static_cast<double>(scores.size()));
        QVERIFY2(std::abs(result.mean() / (sum / matches) - 1) < 1e-12,
                 qPrintable(QStringLiteral("%1 %2").arg(result.mean()).arg(sum / matches)));
    }

    void withoutAMatchNothingIsLearnt_data() { theLossIsTheReferences_data(); }
    void withoutAMatchNothingIsLearnt()
    {
        QFETCH(Backend, backend);
        JetNetwork<double> network(allTasks(16), classes, backend);
        JetBatch batch = tracks({3}, {3, 3, 2}, {1, 2, -1});
        const Result result = network.differentiate(batch);
        QCOMPARE(result.terms[vertexTask].mean(), 0.0);
        QVERIFY(result.terms[vertexTask].sum > 0); // which counts among others with matches
        QCOMPARE(result.loss, result.terms[0].mean() + 0.5 * result.terms[1].mean());
        const std::vector<Segment> segments = network.segments();
        for (const Segment& segment : segments) {
            const auto part = network.gradient().subspan(segment.begin, segment.end - segment.begin);
            QVERIFY(std::ranges::all_of(part, [](double value) { return std::isfinite(value); }));
            QVERIFY(!segment.name.starts_with("vertex.") ||
                    std::ranges::all_of(part, [](double value) { return value == 0; }));
        }
    }
};

QTEST_GUILESS_MAIN(TestVertexLoss)
#include "tst_vertex_loss.moc"
