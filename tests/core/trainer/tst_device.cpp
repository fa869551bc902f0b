// SPDX-License-Identifier: GPL-3.0-or-later
#include "device_backends.h"
#include "network_fixture.h"

#include "core/trainer/compute/flat_buffer.h"
#include "core/trainer/engine/updater.h"
#include "core/trainer/error.h"

#include <QTest>

#include <cmath>

using namespace widthwise::trainer;

namespace {

template <typename Real>
double distance(std::span<const Real> a, std::span<const Real> b)
{
    double most = a.size() == b.size() ? 0 : 1e9;
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        most = std::max(most, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
    }
    return most;
}

void addBackends()
{
    QTest::addColumn<Backend>("backend");
    for (const auto& [name, backend] : deviceBackends()) {
        QTest::newRow(name) << backend;
    }
}

/// The batch so many times over, which keeps more threads of a device busy.
JetBatch repeated(const JetBatch& batch, int times)
{
    JetBatch result = batch;
    for (int i = 1; i < times; ++i) {
        const std::int64_t first = result.offsets.back();
        std::transform(batch.offsets.begin() + 1, batch.offsets.end(), std::back_inserter(result.offsets),
                       [first](std::int64_t offset) { return first + offset; });
        result.tokens.insert(result.tokens.end(), batch.tokens.begin(), batch.tokens.end());
        result.labels.insert(result.labels.end(), batch.labels.begin(), batch.labels.end());
        result.origins.insert(result.origins.end(), batch.origins.begin(), batch.origins.end());
        result.vertices.insert(result.vertices.end(), batch.vertices.begin(), batch.vertices.end());
    }
    return result;
}

} // namespace

class TestDevice : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void eachSideOfABufferSeesTheOthersChanges_data() { addBackends(); }
    void eachSideOfABufferSeesTheOthersChanges()
    {
        QFETCH(Backend, backend);
        FlatBuffer<float> buffer(3, backend);
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
        QTest::addColumn<Backend>("backend");
        for (const auto& [name, backend] : deviceBackends()) {
            QTest::addRow("gn2, %s", name) << small(32) << backend;
            QTest::addRow("gn2, all tasks, %s", name) << allTasks(32) << backend;
            QTest::addRow("gn2 with a register, %s", name) << withRegister(32) << backend;
            QTest::addRow("mlp, %s", name) << perceptron(32) << backend;
        }
    }

    /// From the same initial values, bit for bit, of jets with 0 to 6 tracks.
    void networksAgree()
    {
        QFETCH(Settings, settings);
        QFETCH(Backend, backend);
        JetNetwork<double> own(settings, classes);
        JetNetwork<double> device(settings, classes, backend);
        QVERIFY(std::ranges::equal(own.values(), device.values()));
        JetBatch batch = randomBatch();
        const Result expected = own.differentiate(batch);
        const Result result = device.differentiate(batch);
        QVERIFY(std::abs(result.loss / expected.loss - 1) < 1e-12);
        for (std::size_t task = 0; task < expected.terms.size(); ++task) {
            QVERIFY(std::abs(result.terms[task].mean() - expected.terms[task].mean()) < 1e-12);
            QCOMPARE(result.terms[task].correct, expected.terms[task].correct);
            QCOMPARE(result.terms[task].divisor, expected.terms[task].divisor);
            QCOMPARE(result.terms[task].count, expected.terms[task].count);
        }
        QVERIFY(distance<double>(device.gradient(), own.gradient()) < 1e-12);
        QVERIFY(distance<double>(device.logits(batch), own.logits(batch)) < 1e-12);
        QCOMPARE(device.evaluate(batch).loss, result.loss);
    }

    /// In which a device has other kernels than in double precision.
    void singlePrecisionAgrees_data() { addBackends(); }
    void singlePrecisionAgrees()
    {
        QFETCH(Backend, backend);
        JetNetwork<float> own(allTasks(32), classes);
        JetNetwork<float> device(allTasks(32), classes, backend);
        JetBatch batch = repeated(randomBatch(), 20);
        QVERIFY(std::abs(device.differentiate(batch).loss / own.differentiate(batch).loss - 1) < 1e-5);
        QVERIFY(distance<float>(device.gradient(), own.gradient()) < 1e-5);
        QVERIFY(distance<float>(device.logits(batch), own.logits(batch)) < 1e-4);
    }

    void roundedProductsAgree_data() { addBackends(); }
    void roundedProductsAgree()
    {
        QFETCH(Backend, backend);
        Settings settings = allTasks(32);
        settings.precision = Precision::Bfloat16;
        JetNetwork<float> own(settings, classes);
        JetNetwork<float> device(settings, classes, backend);
        JetBatch batch = randomBatch();
        QVERIFY(distance<float>(device.logits(batch), own.logits(batch)) < 1e-2);
    }

    void theSameBitsComeAgain_data()
    {
        QTest::addColumn<Precision>("precision");
        QTest::addColumn<Backend>("backend");
        for (const auto& [name, backend] : deviceBackends()) {
            QTest::addRow("float32, %s", name) << Precision::Float32 << backend;
            QTest::addRow("bf16, %s", name) << Precision::Bfloat16 << backend;
        }
    }

    /// In whatever order a device's threads come.
    void theSameBitsComeAgain()
    {
        QFETCH(Precision, precision);
        QFETCH(Backend, backend);
        Settings settings = withRegister(64);
        settings.precision = precision;
        JetNetwork<float> network(settings, classes, backend);
        JetBatch batch = repeated(randomBatch(), 50);
        const double loss = network.differentiate(batch).loss;
        const std::vector<float> gradient(network.gradient().begin(), network.gradient().end());
        for (int again = 0; again < 3; ++again) {
            QCOMPARE(network.differentiate(batch).loss, loss);
            QVERIFY(std::ranges::equal(network.gradient(), gradient));
        }
    }

    void updatesAgree_data()
    {
        QTest::addColumn<OptimizerSettings>("optimizer");
        QTest::addColumn<double>("clip");
        QTest::addColumn<Backend>("backend");
        for (const auto& [name, backend] : deviceBackends()) {
            QTest::addRow("sgd, %s", name) << OptimizerSettings{.kind = OptimizerKind::Sgd} << 0.0 << backend;
            QTest::addRow("sgd with momentum, decay and clipping, %s", name)
                << OptimizerSettings{.kind = OptimizerKind::Sgd, .momentum = 0.9, .weightDecay = 0.01} << 0.1
                << backend;
            QTest::addRow("adam, %s", name) << OptimizerSettings{.epsilon = 1e-4} << 0.0 << backend;
            QTest::addRow("adam with clipping, %s", name)
                << OptimizerSettings{.epsilon = 1e-4} << 0.1 << backend;
            QTest::addRow("adamw, %s", name)
                << OptimizerSettings{.kind = OptimizerKind::AdamW, .epsilon = 1e-4, .weightDecay = 0.1} << 0.0
                << backend;
        }
    }

    /// Width 64 of base width 16: the groups' multipliers differ.
    void updatesAgree()
    {
        QFETCH(OptimizerSettings, optimizer);
        QFETCH(double, clip);
        QFETCH(Backend, backend);
        Settings settings = allTasks(64);
        settings.optimizer = optimizer.kind;
        JetNetwork<double> own(settings, classes);
        JetNetwork<double> device(settings, classes, backend);
        const std::vector<double> start(own.values().begin(), own.values().end());
        const auto ownUpdater = makeUpdater(optimizer, own);
        const auto deviceUpdater = makeUpdater(optimizer, device);
        std::vector<UpdateNorms> norms(own.segments().size());
        std::vector<UpdateNorms> deviceNorms(norms.size());
        JetBatch batch = randomBatch();
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
