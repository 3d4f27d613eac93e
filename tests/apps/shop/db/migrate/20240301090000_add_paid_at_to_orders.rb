# Only in v2. With BREAK_MIGRATION in the environment it fails, for those who want to see that.
class AddPaidAtToOrders < ActiveRecord::Migration[6.1]
  def change
    raise "this migration was asked to fail" if ENV["BREAK_MIGRATION"]

    add_column :orders, :paid_at, :datetime
  end
end
