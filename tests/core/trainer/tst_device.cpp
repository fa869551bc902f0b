// SPDX-License-Identifier: GPL-3.0-or-later
#include "network_fixture.h"

#include "core/trainer/error.h"
#include "core/trainer/flat_buffer.h"
#include "core/trainer/updater.h"

#include <QTest>

#include <cmath>

using namespace widthwise::trainer;

namespace {

/// What runs on a device, in memory: there need not be a device for these tests.
constexpr Backend asOnADevice{.cudaDevice = -1, .ownKernels = false};

template <typename Real>
double distance(std::span<const Real> a, std::span<const Real> b)
{
    double most = a.size() == b.size() ? 0 : 1e9;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        most = std::max(most, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    }
    return most;
}

} // namespace

class TestDevice : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachSideOfABufferSeesTheOthersChanges()
    {
        FlatBuffer<float> buffer(3, asOnADevice);
        buffer.inMemory()[1] = 5;
        QVERIFY(buffer.onDevice().data_ptr<float>() != buffer.inMemory().data());
        QCOMPARE(buffer.onDevice()[1].item<float>(), 5.0F);
        buffer.onDevice().mul_(2);
        QCOMPARE(buffer.inMemory()[1], 10.0F);
        buffer.inMemory()[2] = 1;
        QCOMPARE(buffer.onDevice().sum().item<float>(), 11.0F);
    }

    void networksAgree_data()
    {
        QTest::addColumn<Settings>("settings");
        QTest::newRow("gn2") << small(32);
        QTest::newRow("gn2, all tasks") << allTasks(32);
        QTest::newRow("mlp") << perceptron(32);
    }

    /// From the same initial values, bit for bit, of jets with 0 to 6 tracks.
    void networksAgree()
    {
        QFETCH(Settings, settings);
        Network<double> own(settings, classes);
        Network<double> device(settings, classes, asOnADevice);
        QVERIFY(std::ranges::equal(own.values(), device.values()));
        Batch batch = randomBatch();
        const Result expected = own.differentiate(batch);
        const Result result = device.differentiate(batch);
        QVERIFY(std::abs(result.loss / expected.loss - 1) < 1e-12);
        for (std::size_t task = 0; task < taskCount; ++task) {
            QVERIFY(std::abs(result.tasks[task].loss - expected.tasks[task].loss) < 1e-12);
            QCOMPARE(result.tasks[task].correct, expected.tasks[task].correct);
            QCOMPARE(result.tasks[task].weight, expected.tasks[task].weight);
            QCOMPARE(result.tasks[task].count, expected.tasks[task].count);
        }
        QVERIFY(distance<double>(device.gradient(), own.gradient()) < 1e-12);
        QVERIFY(distance<double>(device.logits(batch), own.logits(batch)) < 1e-12);
        QCOMPARE(device.evaluate(batch).loss, result.loss);
    }

    void roundedProductsAgree()
    {
        Settings settings = allTasks(32);
        settings.precision = Precision::Bfloat16;
        Network<float> own(settings, classes);
        Network<float> device(settings, classes, asOnADevice);
        Batch batch = randomBatch();
        QVERIFY(distance<float>(device.logits(batch), own.logits(batch)) < 1e-2);
    }

    void updatesAgree_data()
    {
        QTest::addColumn<OptimizerSettings>("optimizer");
        QTest::addColumn<double>("clip");
        QTest::newRow("sgd") << OptimizerSettings{.kind = OptimizerKind::Sgd} << 0.0;
        QTest::newRow("sgd with momentum, decay and clipping")
            << OptimizerSettings{.kind = OptimizerKind::Sgd, .momentum = 0.9, .weightDecay = 0.01} << 0.1;
        QTest::newRow("adam") << OptimizerSettings{.epsilon = 1e-4} << 0.0;
        QTest::newRow("adam with clipping") << OptimizerSettings{.epsilon = 1e-4} << 0.1;
        QTest::newRow("adamw") << OptimizerSettings{.kind = OptimizerKind::AdamW,
                                                    .epsilon = 1e-4,
                                                    .weightDecay = 0.1}
                               << 0.0;
    }

    /// Width 64 of base width 16: the groups' multipliers differ.
    void updatesAgree()
    {
        QFETCH(OptimizerSettings, optimizer);
        QFETCH(double, clip);
        Settings settings = allTasks(64);
        settings.optimizer = optimizer.kind;
        Network<double> own(settings, classes);
        Network<double> device(settings, classes, asOnADevice);
        const std::vector<double> start(own.values().begin(), own.values().end());
        const auto ownUpdater = makeUpdater(optimizer, own);
        const auto deviceUpdater = makeUpdater(optimizer, device);
        std::vector<UpdateNorms> norms(own.segments().size());
        std::vector<UpdateNorms> deviceNorms(norms.size());
        Batch batch = randomBatch();
        for (int step = 0; step < 10; ++step) {
            own.differentiate(batch);
            device.differentiate(batch);
            ownUpdater->update(step, 0.01, 0.9, clip, norms);
            deviceUpdater->update(step, 0.01, 0.9, clip, deviceNorms);
            for (std::size_t i = 0; i < norms.size(); ++i) {
                QVERIFY(std::abs(deviceNorms[i].gradient - norms[i].gradient) < 1e-9);
                QVERIFY(std::abs(deviceNorms[i].update - norms[i].update) < 1e-9);
            }
        }
        QVERIFY(distance<double>(own.values(), start) > 1e-4);
        const double apart = distance<double>(device.values(), own.values());
        QVERIFY2(apart < 1e-9, qPrintable(QString::number(apart)));
        QVERIFY(distance<double>(deviceUpdater->first(), ownUpdater->first()) < 1e-9);
        QVERIFY(distance<double>(deviceUpdater->second(), ownUpdater->second()) < 1e-9);
    }

    void cudaIsMissedByName()
    {
        Settings settings;
        settings.device = Device::Cpu;
        QCOMPARE(backendOf(settings).cudaDevice, -1);
        QVERIFY(backendOf(settings).ownKernels);
        QCOMPARE(nameOf(backendOf(settings)), std::string("cpu"));
        if (!cudaDevices().empty()) {
            QSKIP("There is a CUDA device");
        }
        settings.device = Device::Automatic;
        QCOMPARE(backendOf(settings).cudaDevice, -1);
        settings.device = Device::Cuda;
        QVERIFY_EXCEPTION_THROWN(backendOf(settings), InputError);
    }
};

QTEST_GUILESS_MAIN(TestDevice)
#include "tst_device.moc"
