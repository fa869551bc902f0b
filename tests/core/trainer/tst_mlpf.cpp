// SPDX-License-Identifier: GPL-3.0-or-later
#include "mlpf_reference.h"

#include "core/trainer/compute/instruction_set.h"
#include "core/trainer/families/events/flow_particles.h"
#include "core/trainer/families/mlpf/fused_head.h"
#include "core/trainer/families/events/toy_event.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace widthwise::trainer;

namespace {

MlpfShape shapeOf(std::int64_t width, std::int64_t layers = 3, std::int64_t baseWidth = 32)
{
    MlpfShape shape;
    shape.width = width;
    shape.baseWidth = baseWidth;
    shape.layers = layers;
    return shape;
}

std::int64_t count(const std::vector<ParameterSpec>& specs)
{
    return std::accumulate(specs.begin(), specs.end(), std::int64_t{0},
                           [](std::int64_t sum, const ParameterSpec& spec) { return sum + spec.size(); });
}

/// The tensors of a model, which learn. None is zero, norms included, so that each has its say; the ReLU on
/// the energy is open.
class Weights {
public:
    Weights(const MlpfShape& shape, at::ScalarType type, double spread = 0.3)
    {
        at::manual_seed(5);
        for (const ParameterSpec& spec : mlpfParameters(shape)) {
            const double scale =
                spec.shape.size() > 1 ? 1 / std::sqrt(static_cast<double>(spec.fanIn)) : spread;
            const at::Tensor drawn =
                scale * at::randn(spec.shape, at::kDouble) + (spec.fill == Fill::One ? 1 : 0);
            const bool mustBeOpen = spec.name.starts_with("nn_energy") && spec.name.ends_with(".4.bias");
            tensors[spec.name] = (mustBeOpen ? drawn.abs() + 2 : drawn).to(type).requires_grad_();
        }
    }
    /// The same numbers in another precision.
    Weights(const Weights& other, at::ScalarType type)
    {
        for (const auto& [name, tensor] : other.tensors) {
            tensors[name] = tensor.detach().to(type, false, true).requires_grad_();
        }
    }
    ParameterMap parameters() const
    {
        ParameterMap map;
        for (const auto& [name, tensor] : tensors) {
            map[name] = {tensor, 1};
        }
        return map;
    }

    std::map<std::string, at::Tensor> tensors;
};

/// Toy events, and one without elements and one that has a single track.
EventSample sampleOf(std::size_t events)
{
    EventSample sample;
    for (std::size_t index = 0; index < events; ++index) {
        ToyEvent event = simulateToyEvent(ToyPreset::Small, 11, index);
        if (index == 2) {
            event.elements.clear();
            event.targets.clear();
        } else if (index == 3) {
            event.elements.resize(1);
            event.targets.resize(1);
        }
        std::ranges::copy(event.elements, std::back_inserter(sample.elements));
        std::ranges::copy(event.targets, std::back_inserter(sample.targets));
        sample.offsets.push_back(std::ssize(sample.elements));
    }
    return sample;
}

ElementScaling scalingOf(const EventSample& sample)
{
    ElementMeter meter;
    meter.add(sample);
    return meter.result();
}

FlowBatch batchOf(const EventSample& sample, const std::vector<std::uint32_t>& events)
{
    FlowBatch batch;
    gatherEvents(sample, events, scalingOf(sample), batch);
    return batch;
}

std::vector<std::uint32_t> upTo(std::size_t events)
{
    std::vector<std::uint32_t> all(events);
    std::iota(all.begin(), all.end(), 0U);
    return all;
}

/// With our own kernels, or with a device's operations in memory.
MlpfOutput run(const MlpfShape& shape, const Weights& weights, const FlowBatch& batch, at::ScalarType type,
               bool ownKernels = true)
{
    const double scale = 1 / std::sqrt(static_cast<double>(shape.headWidth));
    const auto events = ownKernels ? kernelEvents(batch.offsets, batch.types, shape.types)
                                   : deviceEvents(batch.offsets, batch.types, shape.types, at::kCPU);
    const Mlpf model(shape, weights.parameters(), scale);
    return model({tensorOf(batch.elements, {batch.size(), shape.inputs}, at::TensorOptions().dtype(type)),
                  tensorOf(batch.kinematics, {batch.size(), 5}, at::TensorOptions().dtype(type)), *events});
}

std::array<at::Tensor, mlpfTermCount> sumsOf(const MlpfOutput& output, const FlowBatch& batch)
{
    return mlpfLossSums(output, mlpfTargets(batch, output.momentum.options()));
}

constexpr std::array<double, mlpfTermCount> weightsOfTerms{10, 1, 1, 0.01, 0.01, 0.01, 1};

/// The loss of a batch, or the part in it of a slice.
at::Tensor lossOf(const MlpfOutput& output, const FlowBatch& batch, const FlowBatch& whole)
{
    const auto sums = sumsOf(output, batch);
    const auto divisors = mlpfDivisors(whole);
    at::Tensor loss = at::zeros({}, sums[0].options());
    for (std::size_t i = 0; i < mlpfTermCount; ++i) {
        loss = loss + sums[i] * (weightsOfTerms[i] / std::max(1.0, divisors[i]));
    }
    return loss;
}

double distance(const at::Tensor& a, const at::Tensor& b)
{
    return a.numel() == 0 ? 0 : (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

bool isNear(const at::Tensor& a, const at::Tensor& b, double tolerance, const std::string& what)
{
    const double limit = tolerance * std::max(1.0, b.abs().max().item<double>());
    if (a.sizes() == b.sizes() && distance(a, b) <= limit) {
        return true;
    }
    qWarning("%s: %g away, %g allowed", what.c_str(), distance(a, b), limit);
    return false;
}

bool areNear(const MlpfOutput& a, const MlpfOutput& b, double tolerance)
{
    return isNear(a.binary, b.binary, tolerance, "binary") &&
           isNear(a.species, b.species, tolerance, "classes") &&
           isNear(a.momentum, b.momentum, tolerance, "momentum");
}

} // namespace

class TestMlpf : public QObject {
    Q_OBJECT

private Q_SLOTS:
    /// particleflow's own counts.
    void parametersAreCountedToTheDigit_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("layers");
        QTest::addColumn<int>("parameters");
        QTest::newRow("32") << 32 << 3 << 46'066;
        QTest::newRow("64") << 64 << 3 << 176'082;
        QTest::newRow("128") << 128 << 3 << 688'018;
        QTest::newRow("256") << 256 << 3 << 2'719'506;
        QTest::newRow("512") << 512 << 3 << 10'812'946;
        QTest::newRow("256, one layer") << 256 << 1 << 1'927'954;
        QTest::newRow("256, six layers") << 256 << 6 << 3'906'834;
    }
    void parametersAreCountedToTheDigit()
    {
        QFETCH(int, width);
        QFETCH(int, layers);
        QFETCH(int, parameters);
        QCOMPARE(count(mlpfParameters(shapeOf(width, layers))), parameters);
    }

    void otherDetectorsAreCountedToo()
    {
        MlpfShape cms = shapeOf(64);
        cms.inputs = 55;
        cms.classes = 9;
        cms.types = 8;
        QCOMPARE(count(mlpfParameters(cms)), 255'905);
        cms.width = 256;
        QCOMPARE(count(mlpfParameters(cms)), 3'923'489);
    }

    /// What grows with the width decides, tensor by tensor.
    void rolesAreAsTheRuleTableNeedsThem()
    {
        std::map<Role, int> found;
        for (const ParameterSpec& spec : mlpfParameters(shapeOf(64))) {
            const std::string& name = spec.name;
            const bool isLast = name.ends_with(".4.weight") && name != "nn0.4.weight";
            const bool isLastBias = name.ends_with(".4.bias") && name != "nn0.4.bias";
            const Role expected = name == "nn0.0.weight"  ? Role::Input
                                  : isLast                ? Role::Output
                                  : isLastBias            ? Role::Fixed
                                  : spec.shape.size() > 1 ? Role::Hidden
                                                          : Role::Vector;
            QVERIFY2(spec.role == expected, name.c_str());
            ++found[spec.role];
        }
        QCOMPARE(found[Role::Input], 1);
        QCOMPARE(found[Role::Output], 9); // at two types of elements
        QCOMPARE(found[Role::Fixed], 9);
    }

    /// At the base width μP is SP to the bit; elsewhere the last layers have multipliers, and rates fall.
    void atTheBaseWidthMupIsSp()
    {
        for (const std::int64_t width : {32, 128}) {
            for (const ParameterSpec& spec : mlpfParameters(shapeOf(width))) {
                const Scaling sp = scalingOf(Parametrization::Standard, OptimizerKind::AdamW, spec);
                const Scaling mup = scalingOf(Parametrization::Maximal, OptimizerKind::AdamW, spec);
                if (width == 32) {
                    QCOMPARE(mup.initialDeviation, sp.initialDeviation);
                    QVERIFY(mup.multiplier == 1 && mup.learningRate == 1 && mup.weightDecay == 1 &&
                            mup.epsilon == 1);
                } else {
                    QCOMPARE(mup.multiplier, spec.role == Role::Output ? 0.25 : 1);
                    QCOMPARE(mup.learningRate, spec.role == Role::Hidden ? 0.25 : 1);
                }
            }
            QCOMPARE(attentionScale(Parametrization::Maximal, 16, 16), 0.25);
        }
    }

    /// Deviations of PyTorch's own start: uniform weights and biases, Xavier's over the stacked projections.
    void tensorsStartAsInTheOriginal()
    {
        const double width = 32;
        for (const ParameterSpec& spec : mlpfParameters(shapeOf(32))) {
            const double deviation =
                scalingOf(Parametrization::Standard, OptimizerKind::AdamW, spec).initialDeviation;
            const std::string& name = spec.name;
            const double fanIn = name.starts_with("nn0.0") ? 17 : width;
            const bool isQuery = name.ends_with("_query");
            const double expected = name.ends_with("in_proj.weight") ? std::sqrt(0.5 / width)
                                    : isQuery                        ? 0.02
                                    : !spec.start.empty()            ? 0
                                    : spec.fill == Fill::Normal      ? 1 / std::sqrt(3 * fanIn)
                                                                     : 0;
            QVERIFY2(std::abs(deviation - expected) < 1e-12, name.c_str());
        }
    }

    /// ReLU on the energy begins open.
    void theEnergyBeginsToLearn()
    {
        int open = 0;
        for (const ParameterSpec& spec : mlpfParameters(shapeOf(32))) {
            open += spec.start == std::vector{0.02} ? 1 : 0;
            QVERIFY(spec.start.empty() || spec.name.starts_with("nn_energy"));
        }
        QCOMPARE(open, 2);
    }

    /// Every element is itself: nothing moves but what the energy's ReLU adds.
    void anIdentityStartChangesNothing()
    {
        MlpfShape shape = shapeOf(32, 2);
        shape.identityStart = true;
        Weights weights(shape, at::kDouble);
        for (const ParameterSpec& spec : mlpfParameters(shape)) {
            if (!spec.start.empty()) {
                at::NoGradGuard guard;
                at::Tensor& tensor = weights.tensors.at(spec.name);
                const at::Tensor values = at::tensor(spec.start, at::kDouble);
                tensor.copy_(values.repeat({tensor.numel() / values.numel()}).view(tensor.sizes()));
            }
        }
        const FlowBatch batch = batchOf(sampleOf(6), upTo(6));
        const MlpfOutput output = run(shape, weights, batch, at::kDouble);
        const at::Tensor kinematics =
            tensorOf(batch.kinematics, {batch.size(), 5}, at::TensorOptions().dtype(at::kDouble));
        QCOMPARE(output.momentum.select(1, 0).abs().max().item<double>(), 0.0);
        for (std::int64_t column = 1; column < 4; ++column) {
            QVERIFY(distance(output.momentum.select(1, column), kinematics.select(1, column)) < 1e-12);
        }
        // a track's p is pt·cosh η already
        QVERIFY(output.momentum.select(1, 4).min().item<double>() > -1e-5);
    }

    void agreesWithThePaddedReference_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("layers");
        QTest::addColumn<bool>("isDouble");
        QTest::addColumn<bool>("ownKernels");
        QTest::newRow("16, one layer") << 16 << 1 << true << true;
        QTest::newRow("32") << 32 << 2 << true << true;
        QTest::newRow("32, single precision") << 32 << 2 << false << true;
        QTest::newRow("32, as on a device") << 32 << 2 << true << false;
        QTest::newRow("64") << 64 << 3 << true << true;
    }

    /// Logits, every term of the loss, and every tensor's gradient.
    void agreesWithThePaddedReference()
    {
        QFETCH(int, width);
        QFETCH(int, layers);
        QFETCH(bool, isDouble);
        QFETCH(bool, ownKernels);
        const at::ScalarType type = isDouble ? at::kDouble : at::kFloat;
        const MlpfShape shape = shapeOf(width, layers);
        const Weights expectedWeights(shape, at::kDouble);
        const Weights weights(expectedWeights, type);
        const FlowBatch batch = batchOf(sampleOf(9), upTo(9));

        const MlpfOutput expected = MlpfReference(shape, expectedWeights.tensors)(batch);
        const MlpfOutput output = run(shape, weights, batch, type, ownKernels);
        QVERIFY(areNear(output, expected, isDouble ? 1e-10 : 2e-4));

        const auto expectedTerms = MlpfReference::losses(expected, batch);
        const auto sums = sumsOf(output, batch);
        const auto divisors = mlpfDivisors(batch);
        at::Tensor total = at::zeros({}, at::kDouble);
        for (std::size_t i = 0; i < mlpfTermCount; ++i) {
            const double value = sums[i].item<double>() / divisors[i];
            const auto wanted = expectedTerms[i].item<double>();
            QVERIFY(wanted > 0);
            QVERIFY2(std::abs(value - wanted) < (isDouble ? 1e-10 : 1e-3) * wanted, mlpfTermNames[i].data());
            total = total + weightsOfTerms[i] * expectedTerms[i];
        }
        const at::Tensor loss = lossOf(output, batch, batch);
        QVERIFY(isNear(loss, total, isDouble ? 1e-10 : 1e-3, "total"));
        total.backward();
        loss.backward();
        for (const auto& [name, tensor] : expectedWeights.tensors) {
            QVERIFY2(tensor.grad().defined() && tensor.grad().abs().max().item<double>() > 0, name.c_str());
            const double size = tensor.grad().abs().max().item<double>();
            const double away = distance(weights.tensors.at(name).grad(), tensor.grad());
            if (away > (isDouble ? 1e-8 : 5e-3) * std::max(size, 1e-3)) {
                qWarning("%s: %g of %g", name.c_str(), away, size);
                QFAIL("gradient");
            }
        }
    }

    /// Each event alone, in another order, beside others, and in a padded batch of any length.
    void eventsKnowNothingOfOneAnother()
    {
        const MlpfShape shape = shapeOf(32, 2);
        const Weights weights(shape, at::kDouble);
        const EventSample sample = sampleOf(8);
        const MlpfOutput together = run(shape, weights, batchOf(sample, upTo(8)), at::kDouble);
        for (std::uint32_t event = 0; event < 8; ++event) {
            const std::int64_t first = sample.offsets[event];
            const std::int64_t size = sample.offsets[event + 1] - first;
            const FlowBatch alone = batchOf(sample, {event});
            const MlpfOutput part{together.binary.narrow(0, first, size),
                                  together.species.narrow(0, first, size),
                                  together.momentum.narrow(0, first, size)};
            if (size > 0) {
                QVERIFY(areNear(run(shape, weights, alone, at::kDouble), part, 1e-11));
                QVERIFY(areNear(MlpfReference(shape, weights.tensors)(alone, 32), part, 1e-11));
            }
        }
        const std::vector<std::uint32_t> turned{7, 6, 5, 4, 3, 2, 1, 0};
        const FlowBatch other = batchOf(sample, turned);
        const MlpfOutput again = run(shape, weights, other, at::kDouble);
        const std::int64_t last = sample.offsets[8] - sample.offsets[7];
        QVERIFY(isNear(again.momentum.narrow(0, 0, last),
                       together.momentum.narrow(0, sample.offsets[7], last), 1e-11, "first"));
        const FlowBatch inOrder = batchOf(sample, upTo(8));
        QVERIFY(isNear(lossOf(again, other, other), lossOf(together, inOrder, inOrder), 1e-11, "loss"));
    }

    /// The loss of the energy moves its head and what is under it, not the heads of pT and η.
    void theEnergysLossTrainsItsOwnHead()
    {
        const MlpfShape shape = shapeOf(32, 1);
        const Weights weights(shape, at::kDouble);
        const FlowBatch batch = batchOf(sampleOf(5), upTo(5));
        run(shape, weights, batch, at::kDouble).momentum.select(1, 4).sum().backward();
        const auto moved = [&](const std::string& name) {
            const at::Tensor& gradient = weights.tensors.at(name).grad();
            return gradient.defined() && gradient.abs().max().item<double>() > 0;
        };
        QVERIFY(moved("nn_energy.nn.0.4.weight") && moved("nn_energy.nn.1.0.weight") &&
                moved("regression_query"));
        QVERIFY(!moved("nn_pt.nn.0.4.weight") && !moved("nn_eta.nn.4.weight") &&
                !moved("nn_eta.nn.0.weight"));
    }

    /// With the divisors of the whole, which are the sums of theirs.
    void slicesAddUpToTheBatch()
    {
        const MlpfShape shape = shapeOf(32, 1);
        const Weights weights(shape, at::kDouble);
        const EventSample sample = sampleOf(8);
        const FlowBatch whole = batchOf(sample, upTo(8));
        const auto expected = lossOf(run(shape, weights, whole, at::kDouble), whole, whole).item<double>();
        double sum = 0;
        auto divisors = mlpfDivisors(whole);
        for (const std::vector<std::uint32_t>& events :
             {std::vector<std::uint32_t>{0, 1, 2}, {3, 4, 5, 6, 7}}) {
            const FlowBatch slice = batchOf(sample, events);
            sum += lossOf(run(shape, weights, slice, at::kDouble), slice, whole).item<double>();
            const auto part = mlpfDivisors(slice);
            std::ranges::transform(divisors, part, divisors.begin(), std::minus{});
        }
        QVERIFY(std::abs(sum - expected) < 1e-11 * expected);
        QVERIFY(std::ranges::all_of(divisors, [](double left) { return left == 0; }));
        QCOMPARE(mlpfDivisors(whole)[1], double(whole.size()));
        QVERIFY(mlpfDivisors(whole)[2] < double(whole.size()));
    }

    void eventsWithoutParticlesHaveALoss()
    {
        const MlpfShape shape = shapeOf(32, 1);
        const Weights weights(shape, at::kFloat);
        EventSample sample = sampleOf(2);
        std::ranges::fill(sample.targets, TargetRow{});
        const FlowBatch batch = batchOf(sample, upTo(2));
        QVERIFY(std::isfinite(lossOf(run(shape, weights, batch, at::kFloat), batch, batch).item<double>()));
        QCOMPARE(mlpfDivisors(batch)[3], 0.0);
    }

    /// The end of a head in one pass: outputs and all gradients, with a multiplier as μP has it.
    void theFusedHeadIsTheSame_data()
    {
        QTest::addColumn<int>("set");
        QTest::addColumn<bool>("isDouble");
        for (const InstructionSet set : instructionSets()) {
            QTest::addRow("%d, double", static_cast<int>(set)) << static_cast<int>(set) << true;
            QTest::addRow("%d, float", static_cast<int>(set)) << static_cast<int>(set) << false;
        }
    }
    void theFusedHeadIsTheSame()
    {
        QFETCH(int, set);
        QFETCH(bool, isDouble);
        useInstructionSet(static_cast<InstructionSet>(set));
        const auto type = isDouble ? at::kDouble : at::kFloat;
        const double tolerance = isDouble ? 1e-12 : 1e-5;
        at::manual_seed(2);
        for (const std::int64_t outputs : {1, 2, 6, 9}) {
            std::vector<at::Tensor> expected{3 * at::randn({37, 48}, at::kDouble),
                                             at::randn({48}, at::kDouble), at::randn({48}, at::kDouble),
                                             at::randn({outputs, 48}, at::kDouble),
                                             at::randn({outputs}, at::kDouble)};
            std::vector<at::Tensor> tested;
            for (at::Tensor& tensor : expected) {
                tested.push_back(tensor.to(type, false, true).requires_grad_());
                tensor.requires_grad_();
            }
            const at::Tensor upstream = at::randn({37, outputs}, at::kDouble);
            const at::Tensor wanted =
                at::linear(0.25 * at::layer_norm(at::elu(expected[0]), {48}, expected[1], expected[2]),
                           expected[3], expected[4]);
            const ParameterMap map{{"l.weight", {tested[3], 0.25}},
                                   {"l.bias", {tested[4]}},
                                   {"n.gain", {tested[1]}},
                                   {"n.bias", {tested[2]}}};
            QVERIFY(canFuseHead(tested[0], Linear(map, "l")));
            const at::Tensor output = fusedHead(tested[0], LayerNorm(map, "n"), Linear(map, "l"));
            wanted.backward(upstream);
            output.backward(upstream.to(type));
            QVERIFY(isNear(output, wanted, tolerance, "output"));
            for (std::size_t i = 0; i < tested.size(); ++i) {
                QVERIFY(
                    isNear(tested[i].grad(), expected[i].grad(), tolerance, "gradient " + std::to_string(i)));
            }
        }
        useInstructionSet(instructionSets().back());
    }

    void columnsAreStandardisedPerType()
    {
        const EventSample sample = sampleOf(300);
        const FlowBatch batch = batchOf(sample, upTo(300));
        for (const std::int64_t type : {0, 1}) {
            for (std::size_t column = 0; column < elementColumnCount; ++column) {
                double sum = 0;
                double squares = 0;
                double all = 0;
                for (std::size_t i = 0; i < batch.types.size(); ++i) {
                    if (batch.types[i] == type) {
                        const double x = static_cast<double>(batch.elements[i * elementColumnCount + column]);
                        sum += x;
                        squares += x * x;
                        all += 1;
                    }
                }
                const bool isConstant = type == 0 && (column == track::Radius || column == track::DEdxError ||
                                                      column == track::Time || column == track::Unused);
                const double mean = column == element::Type ? static_cast<double>(type) + 1 : 0;
                QVERIFY(std::abs(sum / all - mean) < 1e-4);
                QVERIFY(std::abs(squares / all - (isConstant                ? 0
                                                  : column == element::Type ? mean * mean
                                                                            : 1)) < 1e-3);
            }
        }
    }

    void particlesFollowFromOutputs()
    {
        ElementRow row{};
        row[element::Type] = 1;
        row[element::Pt] = 2;
        row[element::Energy] = 3;
        row[track::Omega] = -1;
        const std::array<float, 2> none{1, 0};
        const std::array<float, 2> some{0, 1};
        const std::array<float, 6> hadron{0, 3, 1, 1, 1, 1};
        const std::array<float, 6> nothing{9, 3, 1, 1, 1, 1};
        const std::array<float, 5> momentum{std::log(2.0F), 0.5F, 6, 8, std::log(3.0F)};
        QVERIFY(particleOf(row, {none, hadron, momentum}) == TargetRow{});
        QVERIFY(particleOf(row, {some, nothing, momentum}) == TargetRow{});
        const TargetRow particle = particleOf(row, {some, hadron, momentum});
        const TargetRow expected{1, -1, 4, 0.5F, 0.6F, 0.8F, 9};
        for (std::size_t i = 0; i < expected.size(); ++i) {
            QVERIFY(std::abs(particle[i] - expected[i]) < 1e-5F);
        }
        const std::array<float, 5> wild{1000, 0, 0, 1, 1000};
        QVERIFY(std::isfinite(particleOf(row, {some, hadron, wild})[target::Pt]));
    }
};

QTEST_GUILESS_MAIN(TestMlpf)
#include "tst_mlpf.moc"
