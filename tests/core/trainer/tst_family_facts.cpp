// SPDX-License-Identifier: GPL-3.0-or-later
#include "network_fixture.h"

#include "core/trainer/compute/torch_compat.h"

#include <ATen/record_function.h>

#include <QTest>

using namespace widthwise::trainer;

namespace {

/// Floating-point operations of the matrix products that LibTorch was asked for.
double operationsSeen = 0;

/// Of [batch…, n, m] · [batch…, m, p].
void countProduct(const at::Tensor& left, const at::Tensor& right)
{
    operationsSeen += 2 * static_cast<double>(left.numel()) * static_cast<double>(right.size(-1));
}

std::unique_ptr<at::ObserverContext> observe(const at::RecordFunction& function)
{
    const std::string_view name = function.name();
    const bool addsBias = name == "aten::addmm" || name == "aten::baddbmm";
    if (addsBias || name == "aten::mm" || name == "aten::bmm") {
        const auto factors = function.inputs().slice(addsBias ? 1 : 0);
        countProduct(factors[0].toTensor(), factors[1].toTensor());
    }
    return nullptr;
}

/// As many jets, each with so many tracks.
JetBatch equalJets(std::int64_t jets, std::int64_t tracks)
{
    RandomStream random(5, 5);
    JetBatch batch;
    for (std::int64_t jet = 0; jet < jets; ++jet) {
        batch.offsets.push_back(batch.offsets.back() + tracks);
        batch.labels.push_back(jet % classes);
    }
    batch.tokens.resize(static_cast<std::size_t>(jets * tracks * inputs));
    std::ranges::generate(batch.tokens, [&] { return static_cast<float>(random.normal()); });
    batch.origins.assign(static_cast<std::size_t>(jets * tracks), 1);
    batch.vertices.assign(static_cast<std::size_t>(jets * tracks), 0);
    return batch;
}

template <typename T>
double bytesOf(const std::vector<T>& values)
{
    return static_cast<double>(values.size() * sizeof(T));
}

void addModels()
{
    QTest::addColumn<Settings>("settings");
    QTest::newRow("gn2") << small(32);
    QTest::newRow("gn2, all tasks") << allTasks(48);
    QTest::newRow("gn2 with a register") << withRegister(32);
    QTest::newRow("mlp") << perceptron(32);
    QTest::newRow("deepsets") << deepSets(32);
}

} // namespace

/// What families say of themselves without LibTorch is what their models are.
class TestFamilyFacts : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void operationsAreThoseOfAStep_data() { addModels(); }

    /// Every matrix product of the forward and the backward pass, as LibTorch's own operations do them. There
    /// attention pads to multiples of 8 tokens.
    void operationsAreThoseOfAStep()
    {
        constexpr std::int64_t jets = 6;
        QFETCH(Settings, settings);
        const std::int64_t tracks = settings.of<Gn2Settings>().registerToken ? 7 : 8;
        JetNetwork<float> network(settings, classes, {.cudaDevice = -1, .ownKernels = false});
        const Batch batch = equalJets(jets, tracks);
        operationsSeen = 0;
        const at::CallbackHandle handle = at::addThreadLocalCallback(
            at::RecordFunctionCallback(observe).needsInputs(true).scopes({at::RecordScope::FUNCTION}));
        network.differentiate(batch);
        at::removeCallback(handle);
        QCOMPARE(factsOf(settings).operations(settings, sizesOf(classes), static_cast<double>(tracks)),
                 operationsSeen / jets);
    }

    void bytesAreThoseOfABatch_data() { addModels(); }

    void bytesAreThoseOfABatch()
    {
        constexpr std::int64_t jets = 6;
        constexpr std::int64_t tracks = 7;
        QFETCH(Settings, settings);
        const JetBatch batch = equalJets(jets, tracks);
        double bytes =
            bytesOf(batch.offsets) - sizeof(std::int64_t) + bytesOf(batch.labels) + bytesOf(batch.tokens);
        if (settings.of<Gn2Settings>().originTask) {
            bytes += bytesOf(batch.origins) + bytesOf(batch.vertices);
        }
        QCOMPARE(factsOf(settings).bytes(settings, tracks), bytes / jets);
    }

    void eachFamilyIsListedOnce()
    {
        QCOMPARE(families().size(), familyFacts().size());
        for (std::size_t i = 0; i < families().size(); ++i) {
            QCOMPARE(&families()[i]->facts(), familyFacts()[i]);
            Settings settings;
            settings.model = familyFacts()[i]->name();
            QCOMPARE(&familyOf(settings), families()[i]);
        }
        QCOMPARE(Settings().model, std::string("gn2"));
    }

    void keysAreOnes()
    {
        std::vector<std::string> keys;
        std::ranges::transform(settingsTable(), std::back_inserter(keys), &SettingDescription::key);
        std::ranges::sort(keys);
        QVERIFY(std::ranges::adjacent_find(keys) == keys.end());
    }

    void readoutsAreKnown_data() { addModels(); }

    /// One readout; before it layers with a width, behind it none; query·key by itself.
    void readoutsAreKnown()
    {
        QFETCH(Settings, settings);
        std::map<std::string, LayerRole> roles;
        for (const RecordedLayer& layer : factsOf(settings).layers(settings)) {
            roles[layer.name] = layer.role;
        }
        QCOMPARE(std::ranges::count_if(roles,
                                       [](const auto& layer) { return layer.second == LayerRole::Readout; }),
                 1);
        const bool isGn2 = settings.model == "gn2";
        QVERIFY(roles.at(isGn2 ? "encoder.readout" : "readout") == LayerRole::Readout);
        if (isGn2) {
            QVERIFY(roles.at("initial.0") == LayerRole::Hidden);
            QVERIFY(roles.at("encoder.1.attention.logits") == LayerRole::QueryKey);
            QVERIFY(roles.at("encoder.1.attention.out") == LayerRole::Hidden);
            QVERIFY(roles.at("pool.gate") == LayerRole::BehindReadout);
            QVERIFY(roles.at("jets.logits") == LayerRole::BehindReadout);
        }
    }
};

QTEST_GUILESS_MAIN(TestFamilyFacts)
#include "tst_family_facts.moc"
