// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trainer/parallel/communicator.h"

namespace widthwise::trainer {

namespace {

class Alone : public Communicator {
public:
    int rank() const override { return 0; }
    int size() const override { return 1; }
    void allReduceSum(std::span<float>) override {}
    void allReduceSum(std::span<double>) override {}
    void broadcast(std::span<std::byte>) override {}
    void barrier() override {}
};

} // namespace

Communicator& alone()
{
    static Alone communicator;
    return communicator;
}

} // namespace widthwise::trainer
