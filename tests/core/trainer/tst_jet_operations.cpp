// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/compute/jet_operations.h"

#include "core/trainer/compute/flat_buffer.h"
#include "core/trainer/compute/register_tokens.h"
#include "device_backends.h"

#include <QTest>

using namespace widthwise::trainer;

namespace {

double distance(const at::Tensor& a, const at::Tensor& b)
{
    return a.numel() == 0
               ? 0
               : (a.to(at::kCPU, at::kDouble) - b.to(at::kCPU, at::kDouble)).abs().max().item<double>();
}

at::Tensor gradientOf(const at::Tensor& operand)
{
    return operand.grad().defined() ? operand.grad() : at::zeros_like(operand);
}

using Tensors = std::vector<at::Tensor>;
/// What is computed from the operands, and with which operations.
using Operation = at::Tensor (*)(const JetOperations&, const Tensors&);

at::Tensor attention(const JetOperations& operations, const Tensors& x)
{
    return operations.attention(x[0], 4, 0.3);
}
at::Tensor pool(const JetOperations& operations, const Tensors& x)
{
    return operations.pool(x[0], x[1]);
}
at::Tensor pairs(const JetOperations& operations, const Tensors& x)
{
    return operations.pairs(x[0], x[1], x[2]);
}
at::Tensor spread(const JetOperations& operations, const Tensors& x)
{
    return operations.spread(x[0]);
}

} // namespace

/// The operations for devices, which run in memory too, against our own kernels.
class TestJetOperations : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void devicesAgreeWithTheKernels_data()
    {
        QTest::addColumn<std::vector<std::int64_t>>("offsets");
        QTest::addColumn<Operation>("operation");
        QTest::addColumn<std::vector<std::int64_t>>("widths"); // negative: a row for each jet, not each token
        QTest::addColumn<at::Device>("device");
        using Widths = std::vector<std::int64_t>;
        const std::vector<std::pair<const char*, std::vector<std::int64_t>>> batches{
            {"0, 1, 7, 40, 2, 17, 8, 9 and 0 tokens", {0, 0, 1, 8, 48, 50, 67, 75, 84, 84}},
            {"1 token", {0, 1}},
            {"no token", {0, 0, 0}}};
        const std::vector<std::tuple<const char*, Operation, Widths>> operations{
            {"attention", attention, {3 * 4 * 5}},
            {"pool", pool, {1, 33}},
            {"pairs", pairs, {6, 6, -6}},
            {"spread", spread, {-6}}};
        for (const auto& [where, backend] : deviceBackends()) {
            for (const auto& [tokens, offsets] : batches) {
                for (const auto& [name, operation, widths] : operations) {
                    QTest::addRow("%s, %s, %s", name, tokens, where)
                        << offsets << operation << widths << deviceOf(backend);
                }
            }
        }
    }

    void devicesAgreeWithTheKernels()
    {
        QFETCH(std::vector<std::int64_t>, offsets);
        QFETCH(Operation, operation);
        QFETCH(std::vector<std::int64_t>, widths);
        QFETCH(at::Device, device);
        at::manual_seed(1);
        Tensors own;
        Tensors copies;
        for (const std::int64_t width : widths) {
            const std::int64_t rows = width < 0 ? std::ssize(offsets) - 1 : offsets.back();
            own.push_back(at::randn({rows, std::abs(width)}, at::kDouble).requires_grad_());
            copies.push_back(own.back().detach().to(device, false, true).requires_grad_());
        }
        const at::Tensor expected = operation(*kernelOperations(offsets), own);
        const at::Tensor output = operation(*deviceOperations(offsets, device), copies);
        QVERIFY(output.device() == device);
        QVERIFY(output.sizes() == expected.sizes());
        QVERIFY2(distance(output, expected) < 1e-12, qPrintable(QString::number(distance(output, expected))));

        const at::Tensor upstream = at::randn(expected.sizes(), at::kDouble);
        expected.backward(upstream);
        if (output.requires_grad()) { // not what is made of no token at all
            output.backward(upstream.to(device));
        }
        for (std::size_t i = 0; i < own.size(); ++i) {
            QVERIFY2(distance(gradientOf(copies[i]), own[i].grad()) < 1e-12,
                     qPrintable(QStringLiteral("operand %1").arg(i)));
        }
    }

    void aRegisterStandsBehindTheTracksOfItsJet_data() { paddingStaysOutOfLargeScores_data(); }
    void aRegisterStandsBehindTheTracksOfItsJet()
    {
        QFETCH(at::Device, device);
        const std::vector<std::int64_t> offsets{0, 2, 2, 3};
        const JetsWithRegisters jets(offsets, device, [&](std::span<const std::int64_t> all) {
            return deviceOperations(all, device);
        });
        QVERIFY(jets.offsets().equal(at::tensor({0, 3, 4, 6}, at::kLong)));
        const at::Tensor tracks = at::tensor({1.0, 2.0, 3.0}, device).view({3, 1}).requires_grad_();
        const at::Tensor token = at::tensor({9.0}, device).requires_grad_();
        const at::Tensor joined = jets.join(tracks, token);
        QVERIFY(joined.flatten().cpu().equal(at::tensor({1.0, 2.0, 9.0, 9.0, 3.0, 9.0})));
        QVERIFY(jets.tracksOf(joined).equal(tracks));

        const at::Tensor weights = at::tensor({1.0, 10.0, 100.0, 1000.0, 1e4, 1e5}, device).view({6, 1});
        (joined * weights).sum().backward({}, true);
        QVERIFY(tracks.grad().flatten().cpu().equal(at::tensor({1.0, 10.0, 1e4})));
        QVERIFY(token.grad().cpu().equal(at::tensor({101100.0})));
        tracks.mutable_grad().zero_();
        token.mutable_grad().zero_();
        (jets.tracksOf(joined) * at::tensor({2.0, 3.0, 4.0}, device).view({3, 1})).sum().backward();
        QVERIFY(tracks.grad().flatten().cpu().equal(at::tensor({2.0, 3.0, 4.0})));
        QVERIFY(token.grad().cpu().equal(at::tensor({0.0})));
    }

    void paddingStaysOutOfLargeScores_data()
    {
        QTest::addColumn<at::Device>("device");
        for (const auto& [name, backend] : deviceBackends()) {
            QTest::newRow(name) << deviceOf(backend);
        }
    }

    void paddingStaysOutOfLargeScores()
    {
        QFETCH(at::Device, device);
        const std::vector<std::int64_t> offsets{0, 3, 4};
        const at::Tensor qkv = at::full({4, 12}, 1e4F, device).requires_grad_();
        const at::Tensor output = deviceOperations(offsets, device)->attention(qkv, 1, 1);
        output.sum().backward();
        QVERIFY(at::isfinite(output).all().item<bool>());
        QVERIFY(at::isfinite(qkv.grad()).all().item<bool>());
    }
};

QTEST_GUILESS_MAIN(TestJetOperations)
#include "tst_jet_operations.moc"
