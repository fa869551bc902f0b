// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/ragged_ops.h"
#include "core/trainer/compute/sampled_kernels.h"
#include "core/trainer/engine/tap.h"

#include <QTest>

#include <cmath>

using namespace widthwise::trainer;

namespace {

constexpr std::int64_t heads = 2;
constexpr std::int64_t width = 6;
constexpr double scale = 0.3;

/// Jets of 0 to 6 tokens.
at::Tensor offsetsOf(std::int64_t jets)
{
    std::vector<std::int64_t> offsets{0};
    for (std::int64_t jet = 0; jet < jets; ++jet) {
        offsets.push_back(offsets.back() + jet % 7);
    }
    return at::tensor(offsets, at::kLong);
}

at::Tensor rowsOf(const at::Tensor& x, const at::Tensor& offsets, std::int64_t jet)
{
    const auto first = offsets[jet].item<std::int64_t>();
    return x.narrow(0, first, offsets[jet + 1].item<std::int64_t>() - first);
}

at::Tensor expectedLogits(const at::Tensor& qkv, const at::Tensor& offsets, std::int64_t step)
{
    std::vector<at::Tensor> all;
    for (std::int64_t jet = 0; jet + 1 < offsets.numel(); jet += step) {
        const at::Tensor rows = rowsOf(qkv, offsets, jet);
        const auto parts = rows.view({rows.size(0), 3, heads, width / heads}).permute({1, 2, 0, 3}).unbind(0);
        all.push_back((at::matmul(parts[0], parts[1].transpose(1, 2)) * scale).flatten());
    }
    return at::cat(all);
}

at::Tensor expectedPairs(const at::Tensor& first, const at::Tensor& second, const at::Tensor& jets,
                         const at::Tensor& offsets, std::int64_t step)
{
    std::vector<at::Tensor> all;
    for (std::int64_t jet = 0; jet + 1 < offsets.numel(); jet += step) {
        const at::Tensor a = rowsOf(first, offsets, jet);
        const at::Tensor b = rowsOf(second, offsets, jet);
        const at::Tensor sums = a.unsqueeze(1) + b.unsqueeze(0) + jets[jet];
        const at::Tensor different = at::eye(a.size(0), at::kLong).eq(0);
        all.push_back(sums.index({different}));
    }
    return at::cat(all);
}

void compare(const LayerStatistics& measured, const at::Tensor& expected, double tolerance)
{
    const auto near = [&](double value, const at::Tensor& wanted) {
        return std::abs(value / wanted.item<double>() - 1) < tolerance;
    };
    QVERIFY(near(measured.l1, expected.abs().mean()));
    QVERIFY(near(measured.deviation, expected.std(false)));
    QVERIFY(near(measured.max, expected.abs().max()));
}

} // namespace

class TestTap : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::manual_seed(1); }

    void isClosedUnlessItFlows()
    {
        Tap tap;
        QVERIFY(!tap.isOpen());
        std::vector<LayerStatistics> target;
        tap.flowInto(&target);
        QVERIFY(tap.isOpen());
        tap.flowInto(nullptr);
        QVERIFY(!tap.isOpen());
    }

    void whatIsShownIsMeasured_data()
    {
        QTest::addColumn<bool>("isDouble");
        QTest::addColumn<int>("jets");
        QTest::addColumn<int>("step");
        QTest::newRow("all jets, double") << true << 32 << 1;
        QTest::newRow("all jets, float") << false << 32 << 1;
        QTest::newRow("every second jet") << true << 33 << 2;
        QTest::newRow("every fourth jet") << false << 128 << 4;
    }

    void whatIsShownIsMeasured()
    {
        QFETCH(bool, isDouble);
        QFETCH(int, jets);
        QFETCH(int, step);
        const auto type = isDouble ? at::kDouble : at::kFloat;
        const at::Tensor offsets = offsetsOf(jets);
        const auto tokens = offsets[jets].item<std::int64_t>();
        const at::Tensor qkv = at::randn({tokens, 3 * width}, at::kDouble);
        const at::Tensor first = at::randn({tokens, width}, at::kDouble);
        const at::Tensor second = at::randn({tokens, width}, at::kDouble) + 1;
        const at::Tensor ofJet = at::randn({jets, width}, at::kDouble);

        Tap tap;
        std::vector<LayerStatistics> target;
        tap.flowInto(&target);
        tap.measure("plain", qkv.to(type));
        tap.measure("strided", qkv.to(type).narrow(1, 2, 5));
        tap.measureLogits("logits", qkv.to(type), offsets, heads, scale);
        tap.measurePairs("pairs", first.to(type), second.to(type), ofJet.to(type), offsets);

        const double tolerance = isDouble ? 1e-12 : 3e-6;
        QCOMPARE(target.size(), std::size_t{4});
        compare(target[0], qkv, tolerance);
        compare(target[1], qkv.narrow(1, 2, 5), tolerance);
        compare(target[2], expectedLogits(qkv, offsets, step), tolerance);
        compare(target[3], expectedPairs(first, second, ofJet, offsets, step), tolerance);
        QCOMPARE(target[2].layer, std::string("logits"));
    }

    void batchesWithoutPairsAreZero()
    {
        Tap tap;
        std::vector<LayerStatistics> target;
        tap.flowInto(&target);
        const at::Tensor offsets = at::tensor(std::vector<std::int64_t>{0, 1, 1}, at::kLong);
        const at::Tensor one = at::ones({1, 4});
        tap.measurePairs("pairs", one, one, at::ones({2, 4}), offsets);
        QCOMPARE(target[0].l1, 0.0);
    }

    /// The samples are of what the kernels compute.
    void samplesAreOfTheKernels()
    {
        const at::Tensor offsets = offsetsOf(20);
        const auto tokens = offsets[20].item<std::int64_t>();
        const at::Tensor first = at::randn({tokens, width}, at::kDouble);
        const at::Tensor second = at::randn({tokens, width}, at::kDouble);
        const at::Tensor jets = at::randn({20, width}, at::kDouble);
        const std::vector<double> sums = pairSums(spanOf(offsets), width, first.data_ptr<double>(),
                                                  second.data_ptr<double>(), jets.data_ptr<double>());
        const at::Tensor pairs = raggedPairs(first, second, jets, offsets).flatten();
        QCOMPARE(std::ssize(sums), pairs.numel());
        QVERIFY(at::tensor(sums, at::kDouble).clamp_min(0).equal(pairs));
    }
};

QTEST_GUILESS_MAIN(TestTap)
#include "tst_tap.moc"
