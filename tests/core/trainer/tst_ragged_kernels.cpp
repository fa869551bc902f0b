// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/instruction_set.h"
#include "core/trainer/compute/ragged_ops.h"
#include "core/trainer/engine/layers.h"

#include <QTest>

#include <algorithm>
#include <array>

using namespace widthwise::trainer;

namespace {

/// Attention as salt does it: jets padded to the longest, a mask, all in double precision.
at::Tensor paddedAttention(const at::Tensor& qkv, const std::vector<std::int64_t>& offsets,
                           std::int64_t heads, double scale)
{
    const std::int64_t jets = std::ssize(offsets) - 1;
    const std::int64_t width = qkv.size(1) / 3;
    std::int64_t most = 1;
    for (std::int64_t j = 0; j < jets; ++j) {
        most =
            std::max(most, offsets[static_cast<std::size_t>(j + 1)] - offsets[static_cast<std::size_t>(j)]);
    }
    std::vector<at::Tensor> rows;
    at::Tensor mask = at::zeros({jets, 1, 1, most}, qkv.options());
    for (std::int64_t j = 0; j < jets; ++j) {
        const auto first = offsets[static_cast<std::size_t>(j)];
        const auto tokens = offsets[static_cast<std::size_t>(j + 1)] - first;
        rows.push_back(at::constant_pad_nd(qkv.narrow(0, first, tokens), {0, 0, 0, most - tokens}));
        mask[j].narrow(2, tokens, most - tokens).fill_(-1e30);
    }
    const auto parts =
        at::stack(rows).view({jets, most, 3, heads, width / heads}).permute({2, 0, 3, 1, 4}).unbind(0);
    const at::Tensor weights = at::softmax(at::matmul(parts[0], parts[1].transpose(2, 3)) * scale + mask, 3);
    const at::Tensor padded = at::matmul(weights, parts[2]).transpose(1, 2).reshape({jets, most, width});
    std::vector<at::Tensor> packed;
    for (std::int64_t j = 0; j < jets; ++j) {
        const auto tokens = offsets[static_cast<std::size_t>(j + 1)] - offsets[static_cast<std::size_t>(j)];
        packed.push_back(padded[j].narrow(0, 0, tokens));
    }
    return at::cat(packed);
}

at::Tensor paddedPool(const at::Tensor& gate, const at::Tensor& x, const std::vector<std::int64_t>& offsets)
{
    std::vector<at::Tensor> pooled;
    for (std::size_t j = 0; j + 1 < offsets.size(); ++j) {
        const auto tokens = offsets[j + 1] - offsets[j];
        const at::Tensor weights = at::softmax(gate.narrow(0, offsets[j], tokens), 0);
        pooled.push_back((weights * x.narrow(0, offsets[j], tokens)).sum(0));
    }
    return at::stack(pooled);
}

double distance(const at::Tensor& a, const at::Tensor& b)
{
    return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

constexpr std::array setNames{"any processor", "AVX2", "AVX-512"};

/// Uses `set` until the end of the test; false where this machine lacks it.
bool use(InstructionSet set)
{
    const std::vector<InstructionSet> here = instructionSets();
    const bool exists = std::ranges::find(here, set) != here.end();
    if (exists) {
        useInstructionSet(set);
    }
    return exists;
}

/// A row for each instruction set and number type.
void addSets()
{
    QTest::addColumn<InstructionSet>("set");
    QTest::addColumn<bool>("isDouble");
    for (std::size_t set = 0; set < setNames.size(); ++set) {
        for (const bool isDouble : {true, false}) {
            QTest::addRow("%s, %s", setNames[set], isDouble ? "double" : "float")
                << static_cast<InstructionSet>(set) << isDouble;
        }
    }
}

#define REQUIRE_SET(set)                                                                                     \
    if (!use(set)) {                                                                                         \
        QSKIP("this processor lacks the instruction set");                                                   \
    }

const std::vector<std::int64_t> offsets{0, 1, 1, 8, 48, 50, 67, 67}; // 1, 0, 7, 40, 2, 17 and 0 tokens

at::Tensor offsetTensor()
{
    return at::tensor(offsets, at::kLong);
}

} // namespace

class TestRaggedKernels : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::manual_seed(1); }
    void cleanup() { useInstructionSet(instructionSets().back()); }

    void attentionAgreesWithThePaddedReference_data()
    {
        QTest::addColumn<InstructionSet>("set");
        QTest::addColumn<int>("heads");
        QTest::addColumn<int>("headWidth");
        QTest::addColumn<bool>("isDouble");
        for (std::size_t set = 0; set < setNames.size(); ++set) {
            for (const int headWidth : {1, 4, 8, 16, 20, 32, 64}) {
                for (const bool isDouble : {true, false}) {
                    QTest::addRow("%s, head width %d, %s", setNames[set], headWidth,
                                  isDouble ? "double" : "float")
                        << static_cast<InstructionSet>(set) << (headWidth == 64 ? 2 : 4) << headWidth
                        << isDouble;
                }
            }
        }
    }

    void attentionAgreesWithThePaddedReference()
    {
        QFETCH(InstructionSet, set);
        QFETCH(int, heads);
        QFETCH(int, headWidth);
        QFETCH(bool, isDouble);
        REQUIRE_SET(set)
        const double scale = 0.7 / headWidth;
        const auto reference =
            at::randn({offsets.back(), 3 * heads * headWidth}, at::kDouble).requires_grad_();
        const at::Tensor tested =
            reference.detach().to(isDouble ? at::kDouble : at::kFloat).clone().requires_grad_();
        const at::Tensor upstream = at::randn({offsets.back(), heads * headWidth}, at::kDouble);

        const at::Tensor expected = paddedAttention(reference, offsets, heads, scale);
        const at::Tensor output = raggedAttention(tested, offsetTensor(), heads, scale);
        expected.backward(upstream);
        output.backward(upstream.to(output.scalar_type()));

        const double tolerance = isDouble ? 1e-12 : 2e-5;
        QVERIFY(distance(output, expected) < tolerance);
        const auto width = std::int64_t{heads} * headWidth;
        for (std::int64_t part = 0; part < 3; ++part) { // query, key, value
            const at::Tensor gradient = tested.grad().narrow(1, part * width, width);
            const at::Tensor wanted = reference.grad().narrow(1, part * width, width);
            QVERIFY(wanted.abs().max().item<double>() > 1e-3);
            QVERIFY2(distance(gradient, wanted) < tolerance,
                     qPrintable(QStringLiteral("part %1: %2").arg(part).arg(distance(gradient, wanted))));
        }
    }

    void poolingAgreesWithThePaddedReference_data() { addSets(); }

    void poolingAgreesWithThePaddedReference()
    {
        QFETCH(InstructionSet, set);
        QFETCH(bool, isDouble);
        REQUIRE_SET(set)
        const auto type = isDouble ? at::kDouble : at::kFloat;
        const at::Tensor gate = at::randn({offsets.back(), 1}, at::kDouble).requires_grad_();
        const at::Tensor x = at::randn({offsets.back(), 33}, at::kDouble).requires_grad_();
        const at::Tensor testedGate = gate.detach().to(type).clone().requires_grad_();
        const at::Tensor testedX = x.detach().to(type).clone().requires_grad_();
        const at::Tensor upstream = at::randn({std::ssize(offsets) - 1, 33}, at::kDouble);

        const at::Tensor expected = paddedPool(gate, x, offsets);
        const at::Tensor output = raggedPool(testedGate, testedX, offsetTensor());
        expected.backward(upstream);
        output.backward(upstream.to(type));

        const double tolerance = isDouble ? 1e-12 : 2e-5;
        QVERIFY(distance(output, expected) < tolerance);
        QVERIFY(distance(testedGate.grad(), gate.grad()) < tolerance);
        QVERIFY(distance(testedX.grad(), x.grad()) < tolerance);
        QCOMPARE(output[1].abs().sum().item<double>(), 0.0); // a jet without tracks
    }

    void pairsAgreeWithOneLayerOnConcatenatedInputs_data() { addSets(); }

    /// relu(W·[track; other track; jet] + b) for every ordered pair.
    void pairsAgreeWithOneLayerOnConcatenatedInputs()
    {
        QFETCH(InstructionSet, set);
        QFETCH(bool, isDouble);
        REQUIRE_SET(set)
        const auto type = isDouble ? at::kDouble : at::kFloat;
        constexpr std::int64_t width = 5;
        const at::Tensor x = at::randn({offsets.back(), width}, at::kDouble).requires_grad_();
        const at::Tensor jets = at::randn({std::ssize(offsets) - 1, width}, at::kDouble).requires_grad_();
        const at::Tensor weight = at::randn({7, 3 * width}, at::kDouble).requires_grad_();
        const at::Tensor bias = at::randn({7}, at::kDouble).requires_grad_();
        std::vector<at::Tensor> rows;
        for (std::size_t j = 0; j + 1 < offsets.size(); ++j) {
            for (auto first = offsets[j]; first < offsets[j + 1]; ++first) {
                for (auto second = offsets[j]; second < offsets[j + 1]; ++second) {
                    if (first != second) {
                        rows.push_back(at::cat({x[first], x[second], jets[std::int64_t(j)]}));
                    }
                }
            }
        }
        const at::Tensor expected = at::relu(at::linear(at::stack(rows), weight, bias));

        const auto copy = [&](const at::Tensor& tensor) {
            return tensor.detach().to(type).clone().requires_grad_();
        };
        const at::Tensor testedX = copy(x);
        const at::Tensor testedJets = copy(jets);
        const ParameterMap parameters{{"l.weight", {copy(weight), 1}}, {"l.bias", {copy(bias), 1}}};
        const Linear layer(parameters, "l");
        const at::Tensor output =
            raggedPairs(layer.part(testedX, 0, false), layer.part(testedX, width, false),
                        layer.part(testedJets, 2 * width, true), offsetTensor());
        const at::Tensor upstream = at::randn(expected.sizes(), at::kDouble);
        expected.backward(upstream);
        output.backward(upstream.to(type));

        const double tolerance = isDouble ? 1e-11 : 2e-3;
        QVERIFY(distance(output, expected) < (isDouble ? 1e-12 : 1e-5));
        QVERIFY(distance(testedX.grad(), x.grad()) < tolerance);
        QVERIFY(distance(testedJets.grad(), jets.grad()) < tolerance);
        QVERIFY(distance(layer.weight.grad(), weight.grad()) < tolerance);
        QVERIFY(distance(layer.bias.grad(), bias.grad()) < tolerance);
    }

    void largeScoresDoNotOverflow()
    {
        const at::Tensor qkv = at::full({offsets.back(), 12}, 1e4F);
        QVERIFY(at::isfinite(raggedAttention(qkv, offsetTensor(), 1, 1)).all().item<bool>());
    }
};

QTEST_GUILESS_MAIN(TestRaggedKernels)
#include "tst_ragged_kernels.moc"
