// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/families/mlpf/event_operations.h"
#include "core/trainer/compute/instruction_set.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <fstream>
#include <string>

using namespace widthwise::trainer;

namespace {

const std::vector<std::int64_t> offsets{0, 1, 1, 8, 48, 50, 67, 131, 131}; // up to 64 elements

std::unique_ptr<EventOperations> operations(const std::vector<std::int64_t>& of)
{
    return kernelEvents(of, std::vector<std::int64_t>(static_cast<std::size_t>(of.back()), 0), 1);
}

/// Event by event from the definition.
at::Tensor reference(const at::Tensor& query, const at::Tensor& key, const at::Tensor& value,
                     std::int64_t heads, double scale)
{
    std::vector<at::Tensor> rows;
    for (std::size_t event = 0; event + 1 < offsets.size(); ++event) {
        const std::int64_t count = offsets[event + 1] - offsets[event];
        const auto part = [&](const at::Tensor& x) {
            return x.narrow(0, offsets[event], count).view({count, heads, x.size(1) / heads}).transpose(0, 1);
        };
        const at::Tensor scores = at::matmul(part(query), part(key).transpose(1, 2)) * scale;
        rows.push_back(
            at::matmul(at::softmax(scores, 2), part(value)).transpose(0, 1).reshape({-1, query.size(1)}));
    }
    return at::cat(rows);
}

at::Tensor pooledReference(const at::Tensor& scores, const at::Tensor& x)
{
    std::vector<at::Tensor> pooled;
    for (std::size_t event = 0; event + 1 < offsets.size(); ++event) {
        const std::int64_t count = offsets[event + 1] - offsets[event];
        const at::Tensor weights = at::softmax(scores.narrow(0, offsets[event], count), 0);
        pooled.push_back(at::matmul(weights.t(), x.narrow(0, offsets[event], count)));
    }
    return at::stack(pooled);
}

double distance(const at::Tensor& a, const at::Tensor& b)
{
    return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

/// The most memory that the process ever had, in bytes.
double peakMemory()
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
        if (word == "VmHWM:") {
            double kilobytes = 0;
            status >> kilobytes;
            return 1024 * kilobytes;
        }
    }
    return 0;
}

void forgetPeak()
{
    std::ofstream("/proc/self/clear_refs") << "5";
}

} // namespace

class TestTiledAttention : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::manual_seed(1); }
    void cleanup() { useInstructionSet(instructionSets().back()); }

    void agreesWithItsDefinition_data()
    {
        QTest::addColumn<int>("set");
        QTest::addColumn<int>("headWidth");
        QTest::addColumn<bool>("isDouble");
        constexpr std::array names{"any processor", "AVX2", "AVX-512"};
        for (const InstructionSet set : instructionSets()) {
            for (const int headWidth : {1, 4, 8, 16, 20, 32, 64}) {
                for (const bool isDouble : {true, false}) {
                    QTest::addRow("%s, head width %d, %s", names[static_cast<std::size_t>(set)], headWidth,
                                  isDouble ? "double" : "float")
                        << static_cast<int>(set) << headWidth << isDouble;
                }
            }
        }
    }

    void agreesWithItsDefinition()
    {
        QFETCH(int, set);
        QFETCH(int, headWidth);
        QFETCH(bool, isDouble);
        useInstructionSet(static_cast<InstructionSet>(set));
        const at::ScalarType type = isDouble ? at::kDouble : at::kFloat;
        const double tolerance = isDouble ? 1e-12 : 2e-5;
        constexpr std::int64_t heads = 3;
        const std::int64_t width = heads * headWidth;
        const double scale = 0.9 / headWidth;
        const auto leaf = [&](std::int64_t rows, std::int64_t columns) {
            return at::randn({rows, columns}, at::kDouble).requires_grad_();
        };
        const at::Tensor query = leaf(offsets.back(), width);
        const at::Tensor kv = leaf(offsets.back(), 2 * width);
        const at::Tensor scores = leaf(offsets.back(), heads);
        const at::Tensor key = kv.narrow(1, 0, width);
        const at::Tensor value = kv.narrow(1, width, width);
        const auto copied = [&](const at::Tensor& x) {
            return x.detach().to(type, false, true).requires_grad_();
        };
        const at::Tensor upstream = at::randn({offsets.back(), width}, at::kDouble);
        const at::Tensor ofEvents = at::randn({std::ssize(offsets) - 1, heads, width}, at::kDouble);

        const at::Tensor expected = reference(query, key, value, heads, scale);
        const at::Tensor answers = pooledReference(scores, query);
        (at::sum(expected * upstream) + at::sum(answers * ofEvents)).backward();

        const auto events = operations(offsets);
        const at::Tensor qkv = copied(at::cat({query, kv}, 1));
        const at::Tensor together = events->attention(qkv, heads, scale);
        QVERIFY(distance(together, expected) < tolerance);
        const at::Tensor ownQuery = copied(query);
        const at::Tensor ownKv = copied(kv);
        const at::Tensor ownScores = copied(scores);
        const at::Tensor apart = events->attention(ownQuery, ownKv, heads, scale);
        QVERIFY(distance(apart, expected) < tolerance);
        const at::Tensor read = events->pool(ownScores, ownQuery);
        QVERIFY(distance(read, answers) < tolerance);
        QCOMPARE(read[1].abs().sum().item<double>(), 0.0); // an event without elements
        (at::sum(apart * upstream.to(type)) + at::sum(read * ofEvents.to(type))).backward();
        QVERIFY(query.grad().abs().max().item<double>() > 1e-3);
        const double limit = isDouble ? 1e-11 : 1e-4;
        QVERIFY(distance(ownQuery.grad(), query.grad()) < limit);
        QVERIFY(distance(ownKv.grad(), kv.grad()) < limit);
        QVERIFY(distance(ownScores.grad(), scores.grad()) < limit);

        query.mutable_grad().zero_();
        kv.mutable_grad().zero_();
        reference(query, key, value, heads, scale).backward(upstream);
        together.backward(upstream.to(type));
        QVERIFY(distance(qkv.grad(), at::cat({query.grad(), kv.grad()}, 1)) < limit);
    }

    /// An event's numbers are the same bits whatever lies beside it.
    void eventsAreIndependentToTheBit()
    {
        const at::Tensor qkv = at::randn({offsets.back(), 3 * 32}, at::kFloat);
        const at::Tensor together = operations(offsets)->attention(qkv, 2, 0.25);
        for (std::size_t event = 0; event + 1 < offsets.size(); ++event) {
            const std::int64_t count = offsets[event + 1] - offsets[event];
            const at::Tensor alone =
                operations({0, count})->attention(qkv.narrow(0, offsets[event], count), 2, 0.25);
            QVERIFY(at::equal(alone, together.narrow(0, offsets[event], count)));
        }
    }

    void scoresOfAnySizeAreFine()
    {
        for (const float size : {0.0F, 1e4F, -1e4F, 1e-30F}) {
            at::Tensor qkv = at::full({offsets.back(), 12}, size).requires_grad_();
            const at::Tensor seen = operations(offsets)->attention(qkv, 1, 1);
            seen.sum().backward();
            QVERIFY(at::isfinite(seen).all().item<bool>());
            QVERIFY(at::isfinite(qkv.grad()).all().item<bool>());
        }
        const at::Tensor far = at::randn({offsets.back(), 96}, at::kDouble) * 30;
        const at::Tensor expected = operations(offsets)->attention(far, 2, 0.5);
        QVERIFY(distance(operations(offsets)->attention(far.to(at::kFloat), 2, 0.5), expected) < 2e-2);
    }

    /// Elements of several types: each row comes to its type and back, and so does its gradient.
    void rowsAreSortedByTypeAndBack()
    {
        const std::vector<std::int64_t> places{0, 3, 5};
        const std::vector<std::int64_t> types{1, 0, 2, 2, 0};
        const auto events = kernelEvents(places, types, 4);
        const at::Tensor x = at::arange(10, at::kDouble).view({5, 2}).requires_grad_();
        auto parts = events->byType(x);
        QCOMPARE(parts.size(), std::size_t{4});
        QCOMPARE(parts[3].size(0), 0);
        QVERIFY(at::equal(parts[0], at::stack({x[1], x[4]})));
        for (std::size_t type = 0; type < parts.size(); ++type) {
            parts[type] = parts[type] * (1.0 + static_cast<double>(type));
        }
        const at::Tensor back = events->fromTypes(parts);
        const at::Tensor factors = at::tensor(types, at::kLong).to(at::kDouble).unsqueeze(1) + 1;
        QVERIFY(at::equal(back, x * factors));
        back.sum().backward();
        QVERIFY(at::equal(x.grad(), factors.expand({5, 2})));
    }

    void answersReachTheElementsOfTheirEvent()
    {
        const std::vector<std::int64_t> places{0, 2, 2, 5};
        const auto events = operations(places);
        const at::Tensor x = at::randn({5, 3}, at::kDouble).requires_grad_();
        const at::Tensor answers = at::randn({3, 3}, at::kDouble).requires_grad_();
        const at::Tensor upstream = at::randn({5, 3}, at::kDouble);
        const at::Tensor owners = at::tensor({0, 0, 2, 2, 2}, at::kLong);
        const at::Tensor sum = events->addToElements(x, answers);
        QVERIFY(distance(sum, x + answers.index_select(0, owners)) < 1e-15);
        sum.backward(upstream);
        QVERIFY(distance(x.grad(), upstream) < 1e-15);
        QVERIFY(distance(answers.grad(), at::zeros({3, 3}, at::kDouble).index_add(0, owners, upstream)) <
                1e-15);
    }

    /// A score for each pair of 5,000 elements would be 100 MB a head.
    void memoryIsLinearInTheElements()
    {
        const auto used = [](const auto& body) {
            forgetPeak();
            const double before = peakMemory();
            body();
            return peakMemory() - before;
        };
        const double scores = used([] { at::ones({5000, 5000}, at::kFloat); });
        QVERIFY2(scores > 90e6, std::to_string(scores).c_str()); // it would be seen
        const double attention = used([] {
            at::Tensor qkv = at::randn({5000, 3 * 64}, at::kFloat).requires_grad_();
            operations({0, 5000})->attention(qkv, 4, 0.25).sum().backward();
        });
        QVERIFY2(attention < 40e6, std::to_string(attention).c_str());
    }
};

QTEST_GUILESS_MAIN(TestTiledAttention)
#include "tst_tiled_attention.moc"
